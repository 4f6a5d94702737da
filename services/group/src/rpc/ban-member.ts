import { guid, uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { BanMemberRequest, BanMemberResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";

type Deps = Pick<GroupContext, "membership">;

export const banMember = ({ membership }: Deps) =>
  async (request: BanMemberRequest, context: CallContext): Promise<BanMemberResponse> => {
    const { action } = await membership.change(context, guid(request.guid), { kind: "ban", uid: uid(request.uid) });
    return { action };
  };
