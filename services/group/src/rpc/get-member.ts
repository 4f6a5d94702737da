import { fail } from "@parlance/platform/errors";
import { guid, uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { GetMemberRequest, GetMemberResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { checkOperation } from "../domain/decide.js";
import { requiredRoster } from "../domain/roster.js";
import { toMember } from "../domain/views.js";

type Deps = Pick<GroupContext, "groups" | "users" | "rules">;

export const getMember = ({ groups, users, rules }: Deps) =>
  async (request: GetMemberRequest, context: CallContext): Promise<GetMemberResponse> => {
    const target = uid(request.uid);
    const roster = requiredRoster(await groups.state(context.app, guid(request.guid), [context.actor, target]));
    checkOperation(roster, context.actor, "listMembers", rules);
    const member = roster.members.get(target);
    const user = (await users.resolveNow([target], context)).get(target);
    if (member === undefined) throw fail(user === undefined ? "ERR_UID_NOT_FOUND" : "ERR_NOT_A_MEMBER");
    return { member: toMember(member, user) };
  };
