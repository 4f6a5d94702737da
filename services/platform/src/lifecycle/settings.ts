import { declareSettings, type Environment } from "../config/index.js";
import { LOG_LEVELS, type LogLevel } from "../log/index.js";

/** Settings every process has; a main adds them to those it reads. */
export const processSettings = declareSettings({
  logLevel: {
    env: "PARLANCE_LOG_LEVEL",
    type: "enum",
    values: LOG_LEVELS,
    default: "info",
    doc: "The least serious records that are written.",
  },
});

/** The level before the configuration is checked; a wrong one is reported there, by a log that must exist first. */
export function logLevelFrom(env: Environment): LogLevel {
  const level = env[processSettings.logLevel.env];
  return LOG_LEVELS.find((known) => known === level) ?? processSettings.logLevel.default;
}
