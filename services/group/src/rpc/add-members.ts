import { fail } from "@parlance/platform/errors";
import { guid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { AddMembersRequest, AddMembersResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { entriesOf } from "../domain/entries.js";
import { toGroup } from "../domain/views.js";

type Deps = Pick<GroupContext, "membership">;

export const addMembers = ({ membership }: Deps) =>
  async (request: AddMembersRequest, context: CallContext): Promise<AddMembersResponse> => {
    const entries = entriesOf(request.members, request.bannedUids);
    if (entries.length === 0) throw fail("ERR_BAD_REQUEST", undefined, { fields: { members: "names nobody" } });
    const { results, roster } = await membership.changeMany(context, guid(request.guid), entries);
    return { results, group: roster && toGroup(roster.group, { member: roster.members.get(context.actor) }) };
  };
