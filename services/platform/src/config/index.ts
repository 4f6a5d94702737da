export { declareSettings, type ConfigOf, type Declaration, type HostPort, type Setting } from "./setting.js";
export { readConfig, type ConfigOfAll, type ReadConfigOptions } from "./read-config.js";
export { ConfigError } from "./config-error.js";
export { processEnvironment, type Environment } from "./environment.js";
export { settingsTable } from "./settings-table.js";
