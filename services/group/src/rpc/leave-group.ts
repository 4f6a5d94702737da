import { guid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { LeaveGroupRequest, LeaveGroupResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";

type Deps = Pick<GroupContext, "membership">;

export const leaveGroup = ({ membership }: Deps) =>
  async (request: LeaveGroupRequest, context: CallContext): Promise<LeaveGroupResponse> => {
    const { action } = await membership.change(context, guid(request.guid), { kind: "leave", uid: context.actor });
    return { action };
  };
