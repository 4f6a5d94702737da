import { rpcs } from "../engine/rpcs.js";
import { failure } from "../errors.js";
import { jsonToUser, toUser, type User } from "../model/user.js";
import { toJsonText, type JsonObject } from "../model/wire.js";
import type { Root } from "../root.js";

/** Fields of a user that its maker may set. */
function toRest(user: User): JsonObject {
  const { name, avatar, link, role, metadata, tags, statusMessage } = user;
  const fields = { name, avatar, link, role, metadata, tags, statusMessage };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** chat.md 3, 7, 32 "Users". */
export function usersApi(root: Root) {
  return {
    /** For development: production apps create users from their server. */
    createUser: async (user: User, authKey: string): Promise<User> => {
      const { http } = root.initialised();
      return jsonToUser(await http.rest("POST", "/users", authKey, { uid: user.uid, ...toRest(user) }));
    },
    updateUser: async (user: User, authKey: string): Promise<User> => {
      const { http } = root.initialised();
      return jsonToUser(await http.rest("PUT", `/users/${encodeURIComponent(user.uid)}`, authKey, toRest(user)));
    },
    /** `uid` and `role` in the object are ignored. */
    updateCurrentUserDetails: async (user: User): Promise<User> => {
      const session = root.session();
      const { name, avatar, link, metadata, tags, statusMessage } = user;
      const answer = await session.calls.invoke(rpcs.updateUser, {
        uid: "", name, avatar, link, statusMessage, metadataJson: metadata && toJsonText(metadata),
        tags: [...(tags ?? [])], replaceTags: tags !== undefined,
      });
      if (answer.user === undefined) throw failure("UNKNOWN_ERROR_OCCURRED");
      session.user = toUser(answer.user);
      return session.user;
    },
    getUser: async (uid: string): Promise<User> => {
      if (uid === "") throw failure("MISSING_PARAMETERS");
      const { user } = await root.session().calls.invoke(rpcs.getUser, { uid });
      if (user === undefined) throw failure("ERR_UID_NOT_FOUND");
      return toUser(user);
    },
    getOnlineUserCount: async (): Promise<number> => (await root.session().calls.invoke(rpcs.getOnlineUserCount, {})).count,
    /** Answers present statuses, in the order asked; at most 5,000 users in all. */
    subscribePresence: async (uids: readonly string[]): Promise<User[]> => root.session().presence.subscribe(uids),
    unsubscribePresence: async (uids: readonly string[]): Promise<void> => root.session().presence.unsubscribe(uids),
  };
}
