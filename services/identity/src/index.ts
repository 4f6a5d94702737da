export {
  createIdentityService, identityGroup, identitySqliteModule, type IdentityDeps, type IdentityService,
} from "./service.js";
export type { Authenticate, Authenticated, PresentedCredentials } from "./authenticate.js";
export { identitySettings, type IdentityConfig } from "./config.js";
