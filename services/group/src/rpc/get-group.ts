import { fail } from "@parlance/platform/errors";
import { guid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import { GroupType, type GetGroupRequest, type GetGroupResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { toGroup } from "../domain/views.js";

type Deps = Pick<GroupContext, "groups">;

export const getGroup = ({ groups }: Deps) =>
  async (request: GetGroupRequest, { app, actor, isServer }: CallContext): Promise<GetGroupResponse> => {
    const { group, members, bans } = await groups.state(app, guid(request.guid), [actor]);
    const [member] = members;
    const isHidden = group?.type === GroupType.PRIVATE && member === undefined && !isServer;
    if (group === undefined || isHidden) throw fail("ERR_GUID_NOT_FOUND");
    return { group: toGroup(group, { member, isBanned: bans.length > 0, withTags: true }) };
  };
