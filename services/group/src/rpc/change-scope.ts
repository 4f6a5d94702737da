import { guid, uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { ChangeScopeRequest, ChangeScopeResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { scopeAsked } from "../domain/entries.js";
import { toMember } from "../domain/views.js";

type Deps = Pick<GroupContext, "membership" | "users">;

export const changeScope = ({ membership, users }: Deps) =>
  async (request: ChangeScopeRequest, context: CallContext): Promise<ChangeScopeResponse> => {
    const target = uid(request.uid);
    const asked = { kind: "changeScope", uid: target, scope: scopeAsked(request.scope) } as const;
    const { action, roster } = await membership.change(context, guid(request.guid), asked);
    const member = roster.members.get(target);
    const people = await users.resolve([target], context);
    return { action, member: member && toMember(member, people.get(target)) };
  };
