export { createPresenceService, type PresenceDeps, type PresenceService } from "./service.js";
export { presenceSettings, type PresenceConfig } from "./config.js";
