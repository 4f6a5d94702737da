// What each process reads, for tests that hold the files of deploy/ against the declarations.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ConfigError, readConfig, type Declaration } from "@parlance/platform/config";
import { settingsOfAll } from "../../src/settings-document.js";

export const PROCESSES = ["identity", "group", "messaging", "presence", "gateway"] as const;
export type ProcessName = (typeof PROCESSES)[number];

export const root = fileURLToPath(new URL("../../../../../", import.meta.url));
export const readText = (path: string) => readFileSync(root + path, "utf8");

const OF_ALL = ["Every process", "Every process of a cluster"];
const STORE = "Identity, group and messaging of a cluster";
const LISTEN = "Services of a cluster";
const TITLES: Readonly<Record<ProcessName, readonly string[]>> = {
  identity: [...OF_ALL, LISTEN, STORE, "Identity"],
  group: [...OF_ALL, LISTEN, STORE, "Group"],
  messaging: [...OF_ALL, LISTEN, STORE, "Messaging"],
  presence: [...OF_ALL, LISTEN, "Presence"],
  gateway: [...OF_ALL, "Gateway", "Gateway as a process of its own"],
};

export function declarationsOf(process: ProcessName): readonly Declaration[] {
  return TITLES[process].flatMap((title) => {
    const found = settingsOfAll[title];
    if (found === undefined) throw new Error(`settings-document.ts has no part "${title}"`);
    return found;
  });
}

/** The names a process reads; those of secrets also with _FILE. */
export function namesOf(process: ProcessName): ReadonlySet<string> {
  return new Set(declarationsOf(process).flatMap((declaration) => Object.values(declaration))
    .flatMap(({ env, secret }) => (secret === true ? [env, `${env}_FILE`] : [env])));
}

/** What the process would say to these variables; empty when it would start. */
export function problemsWith(process: ProcessName, env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(declarationsOf(process), env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Which services a process calls, and so cannot start without an address of: as its process.ts opens them. */
export const CALLS: Readonly<Record<ProcessName, readonly ProcessName[]>> = {
  identity: callsIn("services/identity"), group: callsIn("services/group"), messaging: callsIn("services/messaging"),
  presence: callsIn("services/presence"), gateway: callsIn("gateway"),
};

function callsIn(home: string): readonly ProcessName[] {
  const named = /openPeers\(\[([^\]]*)\]/.exec(readText(`${home}/src/process.ts`))?.[1] ?? "";
  return [...named.matchAll(/"(\w+)"/g)].map(([, name]) => name as ProcessName);
}

/** Every variable a process of a cluster needs to start. */
export function neededBy(process: ProcessName): readonly string[] {
  const store = ["identity", "group", "messaging"].includes(process) ? ["PARLANCE_MONGODB_URI"] : [];
  const listens = process === "gateway" ? ["PARLANCE_GATEWAY_LISTEN"] : ["PARLANCE_EXCHANGE_LISTEN", "PARLANCE_GRPC_LISTEN"];
  return [
    "PARLANCE_KAFKA_BROKERS", "PARLANCE_CLUSTER_SECRET", "PARLANCE_MANAGEMENT_LISTEN", ...store, ...listens,
    ...CALLS[process].map((called) => `PARLANCE_${called.toUpperCase()}_PODS`),
  ];
}
