export {
  createIdentityService, identityConsumer, identitySqliteModule, type IdentityDeps, type IdentityService,
} from "./service.js";
export { identitySettings, type IdentityConfig } from "./config.js";
