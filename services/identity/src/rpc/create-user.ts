import { fail } from "@parlance/platform/errors";
import { uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { CreateUserRequest, CreateUserResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { roleFrom, tagsFrom } from "../domain/profile.js";
import { issueToken } from "../domain/token.js";
import { isReservedUid, newUser } from "../domain/user.js";
import { toAuthToken, toUser } from "../domain/views.js";

type Deps = Pick<IdentityContext, "users" | "credentials" | "clock" | "random" | "config">;

export const createUser = ({ users, credentials, clock, random, config }: Deps) =>
  async (request: CreateUserRequest, { app }: CallContext): Promise<CreateUserResponse> => {
    if (isReservedUid(request.uid)) throw fail("ERR_BAD_REQUEST", undefined, { fields: { uid: "is reserved" } });
    const nowMs = clock.now();
    const { name, avatar, link, metadataJson, statusMessage } = request;
    const [role, tags] = [roleFrom(request.role), tagsFrom(request.tags)];
    const user = newUser(uid(request.uid), { name, avatar, link, role, metadataJson, statusMessage, tags }, nowMs);
    const ttlSeconds = config.identityTokenTtlSeconds;
    const issued = request.withAuthToken ? issueToken({ uid: user.uid, nowMs, ttlSeconds, random }) : undefined;
    const added = await users.add(app, user, issued?.token);
    if (!added) throw fail("ERR_UID_ALREADY_EXISTS", undefined, { params: { uid: user.uid } });
    credentials.forgetUser(app, user.uid);
    return {
      user: toUser(user, { withPrivate: true, withTags: true }),
      authToken: issued && toAuthToken(issued.token, { value: issued.value }),
    };
  };
