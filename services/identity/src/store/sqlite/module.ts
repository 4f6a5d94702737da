import { outboxModule } from "@parlance/platform/eventlog";
import { defineSqliteModule } from "@parlance/platform/sqlite";
import { addApp, addKey, findKey, getApp, listApps, listKeys, removeKey } from "./apps.js";
import { PRESENCE_RESETS, SCHEMA } from "./schema.js";
import { addToken, endExpired, findToken, listTokens, removeToken, removeTokens, touchTokens } from "./tokens.js";
import { countUsers, listUsers } from "./user-list.js";
import { getUser, getUsers } from "./user-reads.js";
import { resetStatuses, setStatus } from "./user-status.js";
import { addUser, deactivateUsers, updateUser } from "./users.js";

const outbox = outboxModule("identity");

export const sqlite = defineSqliteModule({
  name: "identity",
  migrations: [SCHEMA, ...outbox.migrations, PRESENCE_RESETS],
  write: {
    addApp, addKey, removeKey, addUser, updateUser, deactivateUsers, setStatus, resetStatuses, addToken, removeToken, removeTokens,
    touchTokens, endExpired, ...outbox.write,
  },
  read: {
    getApp, listApps, listKeys, findKey, getUser, getUsers, listUsers, countUsers, listTokens, findToken, ...outbox.read,
  },
});
