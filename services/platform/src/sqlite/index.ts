export { createCommands, type SqliteCommands } from "./commands.js";
export { defineSqliteModule, type SqliteCommand, type SqliteConnection, type SqliteModule, type SqlValue, type Statement } from "./module.js";
export { openSqlite } from "./open.js";
export type { Sqlite, SqliteOptions } from "./sqlite.js";
