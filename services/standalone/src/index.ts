export { readStandaloneConfig, type StandaloneConfig } from "./config.js";
export type { Credentials } from "./credentials.js";
export { createPlatform, type Platform, type PlatformOptions } from "./platform.js";
