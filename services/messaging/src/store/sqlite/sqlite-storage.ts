import type { Sqlite } from "@parlance/platform/sqlite";
import type { MessagingStorage } from "../ports.js";
import { SqliteHistoryStore } from "./sqlite-history-store.js";
import { SqliteLogStore } from "./sqlite-log-store.js";
import { SqliteViewStore } from "./sqlite-view-store.js";

/** To be opened with the SQLite file that the storage is given. */
export const messagingSqliteModule = new URL("./module.js", import.meta.url);

/** SQLite has one writer, so a second lane would only wait for the first. */
const LANES = 1;

export function messagingSqliteStorage(sqlite: Sqlite): MessagingStorage {
  return {
    logs: new SqliteLogStore(sqlite),
    history: new SqliteHistoryStore(sqlite),
    views: new SqliteViewStore(sqlite),
    epoch: sqlite.epoch,
    lanes: LANES,
    prepare: async () => undefined,
  };
}
