import { fail } from "@parlance/platform/errors";
import { sessionId } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { UpdateUserRequest, UpdateUserResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { ownOrNamed } from "../domain/acting.js";
import { nameFrom, roleFrom, tagsFrom, unsetFrom } from "../domain/profile.js";
import type { ProfileChange } from "../domain/user.js";
import { toUser } from "../domain/views.js";

type Deps = Pick<IdentityContext, "users" | "credentials" | "clock">;

export const updateUser = ({ users, credentials, clock }: Deps) =>
  async (request: UpdateUserRequest, context: CallContext): Promise<UpdateUserResponse> => {
    const { app } = context;
    const uid = ownOrNamed(request.uid, context);
    const profile = changeOf(request, context.isServer);
    const origin = context.sessionId === undefined ? undefined : sessionId(context.sessionId);
    const user = await users.update(app, { uid, profile, atMs: clock.now(), origin });
    if (user === undefined) throw fail("ERR_UID_NOT_FOUND");
    credentials.forgetUser(app, uid);
    return { user: toUser(user, { withPrivate: true, withTags: true }) };
  };

/** A value beats `unset` of the same field; only the server changes roles. */
function changeOf(request: UpdateUserRequest, isServer: boolean): ProfileChange {
  const unset = unsetFrom(request.unset);
  const cleared = (field: string) => (unset.has(field) ? "" : undefined);
  return {
    name: nameFrom(request.name),
    avatar: request.avatar ?? cleared("avatar"),
    link: request.link ?? cleared("link"),
    role: isServer && request.role ? roleFrom(request.role) : undefined,
    metadataJson: request.metadataJson ?? cleared("metadata"),
    statusMessage: request.statusMessage,
    tags: request.replaceTags ? tagsFrom(request.tags) : undefined,
  };
}
