import { uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { ListJoinedGuidsRequest, ListJoinedGuidsResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";

type Deps = Pick<GroupContext, "members">;

export const listJoinedGuids = ({ members }: Deps) =>
  async (request: ListJoinedGuidsRequest, { app }: CallContext): Promise<ListJoinedGuidsResponse> => {
    return { guids: [...await members.guidsOf(app, uid(request.uid))] };
  };
