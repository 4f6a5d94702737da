import { guid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { DeleteGroupRequest, DeleteGroupResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { checkOperation } from "../domain/decide.js";
import type { Roster } from "../domain/roster.js";

type Deps = Pick<GroupContext, "removeGroup" | "users" | "rules">;

export const deleteGroup = ({ removeGroup, users, rules }: Deps) =>
  async (request: DeleteGroupRequest, context: CallContext): Promise<DeleteGroupResponse> => {
    const people = await users.resolve([context.actor], context);
    const check = (roster: Roster) => checkOperation(roster, context.actor, "deleteGroup", rules);
    await removeGroup(context, { guid: guid(request.guid), people, check });
    return {};
  };
