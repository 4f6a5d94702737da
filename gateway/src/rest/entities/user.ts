import { UserStatus, type User } from "@parlance/proto/identity/v1/identity";
import type { Party } from "@parlance/proto/messaging/v1/message";
import type { JsonObject } from "../input/json-body.js";
import { BOOL, FREE, SECONDS, STRING, STRINGS, entity, objectOf, oneOf, present, secondsOf, textOf } from "./values.js";

interface UserShow {
  /** In answers of create and update, and of the user himself: also when there are none. */
  readonly tags?: boolean;
  readonly authToken?: string;
}

/** rest.md 3.2. */
export function userEntity(user: User, { tags = false, authToken }: UserShow = {}): JsonObject {
  return present({
    uid: user.uid,
    name: user.name,
    avatar: textOf(user.avatar),
    link: textOf(user.link),
    role: user.role,
    metadata: objectOf(user.metadataJson),
    tags: tags || user.tags.length > 0 ? user.tags : undefined,
    statusMessage: textOf(user.statusMessage),
    status: user.status === UserStatus.ONLINE ? "available" : "offline",
    lastActiveAt: secondsOf(user.lastActiveAtMs),
    createdAt: secondsOf(user.createdAtMs),
    updatedAt: secondsOf(user.updatedAtMs),
    deactivatedAt: secondsOf(user.deactivatedAtMs),
    blockedByMe: user.blockedByMe ? true : undefined,
    hasBlockedMe: user.hasBlockedMe ? true : undefined,
    authToken,
  });
}

export const USER_FIELDS = {
  uid: STRING, name: STRING, avatar: STRING, link: STRING, role: STRING, metadata: FREE, tags: STRINGS, statusMessage: STRING,
  status: oneOf("available", "offline"), lastActiveAt: SECONDS, createdAt: SECONDS, updatedAt: SECONDS, deactivatedAt: SECONDS,
  blockedByMe: BOOL, hasBlockedMe: BOOL, authToken: STRING,
};
export const USER_ALWAYS = ["uid", "name", "role", "status"];
export const userSchema = entity(USER_FIELDS, USER_ALWAYS);

/** A user as known when a message was stored: what is not in the snapshot is left out. */
export function userCopy(party: Party, conversationId?: string): JsonObject {
  return present({
    uid: party.id, name: party.name, avatar: textOf(party.avatar), role: textOf(party.role), conversationId: textOf(conversationId ?? ""),
  });
}

export const userCopySchema = entity(
  { uid: STRING, name: STRING, avatar: STRING, role: STRING, conversationId: STRING }, ["uid", "name"],
);
