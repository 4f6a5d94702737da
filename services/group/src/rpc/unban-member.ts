import { guid, uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { UnbanMemberRequest, UnbanMemberResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";

type Deps = Pick<GroupContext, "membership">;

export const unbanMember = ({ membership }: Deps) =>
  async (request: UnbanMemberRequest, context: CallContext): Promise<UnbanMemberResponse> => {
    const { action } = await membership.change(context, guid(request.guid), { kind: "unban", uid: uid(request.uid) });
    return { action };
  };
