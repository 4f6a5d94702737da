export { createGroupService, groupConsumer, groupSqliteModule, type GroupDeps, type GroupService } from "./service.js";
export { groupSettings, type GroupConfig } from "./config.js";
