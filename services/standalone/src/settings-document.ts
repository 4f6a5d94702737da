import { settingsTable, type Declaration } from "@parlance/platform/config";
import { kafkaSettings } from "@parlance/platform/eventlog";
import { processSettings } from "@parlance/platform/lifecycle";
import { mongoSettings } from "@parlance/platform/mongo";
import { clusterSettings, listenSettings, managementSettings, podSettings } from "@parlance/platform/process";
import { gatewayProcessSettings, gatewaySettings } from "@parlance/gateway";
import { groupSettings } from "@parlance/group";
import { identitySettings } from "@parlance/identity";
import { messagingSettings } from "@parlance/messaging";
import { presenceSettings } from "@parlance/presence";
import { clusterCommandSettings } from "./cluster/config.js";
import { standaloneSettings } from "./config.js";

/** Every setting of every process, by what reads it. */
export const settingsOfAll: Readonly<Record<string, readonly Declaration[]>> = {
  "Every process": [processSettings],
  "Standalone (`npm start`)": [standaloneSettings],
  "Every process of a cluster": [clusterSettings, podSettings, managementSettings, kafkaSettings],
  "Services of a cluster": [listenSettings],
  "Identity, group and messaging of a cluster": [mongoSettings],
  "Gateway": [gatewaySettings],
  "Gateway as a process of its own": [gatewayProcessSettings],
  "Identity": [identitySettings],
  "Group": [groupSettings],
  "Messaging": [messagingSettings],
  "Presence": [presenceSettings],
  "The command `npm run cluster`": [clusterCommandSettings],
};

/** What deploy/settings.md holds: every setting of every process, from the declarations. */
export function settingsDocument(): string {
  return [
    "# Settings",
    "",
    "Generated from the declarations by `npm run settings`; a test compares. All settings are environment variables; a wrong value and",
    "an unknown name that begins with `PARLANCE_` keep a process from starting, with the full list of problems. A process knows its own",
    "settings and those of every process; a setting of another process is an unknown name to it.",
    ...Object.entries(settingsOfAll).flatMap(([title, declarations]) => ["", `## ${title}`, "", settingsTable(declarations).trimEnd()]),
    "",
  ].join("\n");
}
