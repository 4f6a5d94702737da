import { fail } from "@parlance/platform/errors";
import { SYSTEM_UID, uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { GetUserRequest, GetUserResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { SYSTEM_USER, isActive } from "../domain/user.js";
import { toUser } from "../domain/views.js";

type Deps = Pick<IdentityContext, "users">;

export const getUser = ({ users }: Deps) =>
  async (request: GetUserRequest, { app, actor, isServer }: CallContext): Promise<GetUserResponse> => {
    const named = request.uid === "" ? actor : uid(request.uid);
    const user = named === SYSTEM_UID ? SYSTEM_USER : await users.get(app, named);
    if (user === undefined || (!isServer && !isActive(user))) throw fail("ERR_UID_NOT_FOUND");
    const isOwn = user.uid === actor;
    return { user: toUser(user, { withPrivate: isServer || isOwn, withTags: isOwn }) };
  };
