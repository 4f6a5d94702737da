export { messagingSettings, type MessagingConfig } from "./config.js";
export { createMessagingService, messagingConsumer, type MessagingDeps, type MessagingService } from "./service.js";
export { messagingMongoStorage } from "./store/mongo/mongo-storage.js";
export { messagingSqliteModule, messagingSqliteStorage } from "./store/sqlite/sqlite-storage.js";
export type { LogStore, MessagingStorage, Publication, RowOutbox } from "./store/ports.js";
