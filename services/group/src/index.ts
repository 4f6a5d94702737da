export { createGroupService, groupConsumer, groupSqliteModule, type GroupDeps, type GroupService } from "./service.js";
export { groupSqliteStorage } from "./store/sqlite/stores.js";
export { groupMongoStorage } from "./store/mongo/mongo-storage.js";
export type { GroupStorage } from "./store/ports.js";
export { groupSettings, type GroupConfig } from "./config.js";
