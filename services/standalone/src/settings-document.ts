import { settingsTable } from "@parlance/platform/config";
import { declarations } from "./config.js";

/** What deploy/settings.md holds: every setting of every process, from the declarations. */
export function settingsDocument(): string {
  return [
    "# Settings",
    "",
    "Generated from the declarations by `npm run settings`; a test compares. All settings are environment variables; a wrong value and",
    "an unknown name that begins with `PARLANCE_` keep a process from starting, with the full list of problems.",
    "",
    settingsTable(declarations),
  ].join("\n");
}
