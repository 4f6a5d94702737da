import { silentLog } from "@parlance/platform/log";
import { seededRandom } from "@parlance/platform/random";
import { openSqlite, type Sqlite, type SqliteOptions } from "@parlance/platform/sqlite";
import { ManualClock } from "@parlance/platform/time";
import { SqliteHistoryStore } from "../store/sqlite/sqlite-history-store.js";
import { SqliteLogStore } from "../store/sqlite/sqlite-log-store.js";
import { SqliteViewStore } from "../store/sqlite/sqlite-view-store.js";

export interface OpenedStores {
  readonly sqlite: Sqlite;
  readonly clock: ManualClock;
  readonly logs: SqliteLogStore;
  readonly history: SqliteHistoryStore;
  readonly views: SqliteViewStore;
}

/** The three stores of a service over one SQLite database, in memory unless a path is given. */
export async function openStores(options: Partial<SqliteOptions> = {}, clock = new ManualClock()): Promise<OpenedStores> {
  const sqlite = await openSqlite({
    path: ":memory:", modules: [new URL("../store/sqlite/module.js", import.meta.url)], log: silentLog(), clock,
    random: seededRandom(1), ...options,
  });
  return {
    sqlite, clock, logs: new SqliteLogStore(sqlite), history: new SqliteHistoryStore(sqlite), views: new SqliteViewStore(sqlite),
  };
}
