import { SYSTEM_UID, uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { ResolveUsersRequest, ResolveUsersResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { SYSTEM_USER, isActive } from "../domain/user.js";
import { toUser } from "../domain/views.js";

type Deps = Pick<IdentityContext, "users">;

export const resolveUsers = ({ users }: Deps) =>
  async (request: ResolveUsersRequest, { app }: CallContext): Promise<ResolveUsersResponse> => {
    const uids = [...new Set(request.uids)].filter((each) => each !== SYSTEM_UID).map(uid);
    const found = uids.length === 0 ? [] : await users.getMany(app, uids);
    const system = request.uids.includes(SYSTEM_UID) ? [SYSTEM_USER] : [];
    return { users: [...found.filter(isActive), ...system].map((user) => toUser(user)) };
  };
