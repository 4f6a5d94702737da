// What later starts of the same cluster need: its keys are shown by the platform only once.
import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterProcesses } from "./processes.js";

export interface Kept {
  readonly secret: string;
  readonly adminKey: string;
  readonly appId: string;
  readonly authKey: string;
  readonly restApiKey: string;
  readonly database: string;
  readonly topicPrefix: string;
}

const FILE = "cluster.json";

export async function readKept(folder: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, FILE), "utf8")) as Kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Only this user may read it. Replaced whole. */
export async function writeKept(folder: string, { shared, credentials, gatewayUrls, pods }: ClusterProcesses): Promise<void> {
  const { secret, database, topicPrefix } = shared;
  const { appId, authKey, restApiKey, adminKey } = credentials;
  const [first = ""] = gatewayUrls;
  const kept = {
    // As in standalone's credentials.json, so that the same programs read both.
    appId, authKey, restApiKey, adminKey, realtimeUrl: `${first.replace("http", "ws")}/v1/realtime`, restUrl: `${first}/v3`,
    gatewayUrls, secret, database, topicPrefix,
    pods: Object.fromEntries(pods.map(({ name, pid, address, managementUrl }) => [name, { pid, address, managementUrl }])),
  };
  const path = join(folder, FILE);
  await writeFile(`${path}.new`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}
