export { messagingSettings, type MessagingConfig } from "./config.js";
export { CONSUMED_KINDS as messagingConsumedKinds } from "./events/index.js";
export { CONSUMER_GROUP as MESSAGING_GROUP, createMessagingService, type MessagingDeps, type MessagingService } from "./service.js";
export type { LogStore, RowOutbox } from "./store/ports.js";

/** The commands of the embedded store, for openSqlite. */
export const messagingSqliteModule = new URL("./store/sqlite/module.js", import.meta.url);
