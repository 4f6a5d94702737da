import { guid, uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { KickMemberRequest, KickMemberResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";

type Deps = Pick<GroupContext, "membership">;

export const kickMember = ({ membership }: Deps) =>
  async (request: KickMemberRequest, context: CallContext): Promise<KickMemberResponse> => {
    const { action } = await membership.change(context, guid(request.guid), { kind: "kick", uid: uid(request.uid) });
    return { action };
  };
