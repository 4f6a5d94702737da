export {
  createIdentityService, identityConsumer, identitySqliteModule, type IdentityDeps, type IdentityService,
} from "./service.js";
export { identityMongoStorage } from "./store/mongo/storage.js";
export { identitySqliteStorage } from "./store/sqlite/stores.js";
export type { IdentityStorage } from "./store/ports.js";
export { identitySettings, type IdentityConfig } from "./config.js";
