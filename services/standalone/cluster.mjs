// `npm run cluster`: Kafka and a server of the MongoDB protocol (deploy/local), then every service and two gateways as processes
// of their own. Ctrl-C stops all of it; data stay in ./data/cluster. A server that dies is started again, as pods are.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { runningPid } from "../../deploy/local/lib/server.mjs";
import { ready, root } from "./ready.mjs";

const data = resolve(process.env.PARLANCE_CLUSTER_DATA ?? join(root, "data/cluster"));
let servers = join(data, "servers");
const lookEveryMs = 1_000;

/** @type {Promise<void> | undefined} */
let starting;
let stopping = false;

try {
  await ready();
  mkdirSync(data, { recursive: true });
  if (await local("start") !== 0) throw new Error("Kafka and the MongoDB-protocol server did not start");
  // Servers are found by the folder on their command line, which is the real path.
  servers = realpathSync(servers);
  const watch = setInterval(startAgain, lookEveryMs);
  process.exitCode = await cluster();
  stopping = true;
  clearInterval(watch);
  if (starting !== undefined) await starting;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await local("stop");
}

function startAgain() {
  const isDown = ["kafka", "mongo"].some((name) => runningPid({ name, folder: join(servers, name) }) === undefined);
  if (!isDown || starting !== undefined || stopping) return;
  console.log("cluster: a server has ended; it is started again");
  starting = local("start").finally(() => {
    starting = undefined;
  });
}

/** Not in the terminal's process group, so that Ctrl-C lets the pods finish with a broker and a store that are still there. */
async function local(command) {
  const script = join(root, "deploy/local/cluster.mjs");
  const child = spawn(process.execPath, [script, command, "--data", servers], { stdio: ["ignore", "ignore", "inherit"], detached: true });
  const [code] = await once(child, "exit");
  return code ?? 1;
}

async function cluster() {
  const main = join(root, "services/standalone/dist/src/cluster/main.js");
  const child = spawn(process.execPath, ["--enable-source-maps", main], {
    stdio: "inherit", env: { ...process.env, ...addresses(), PARLANCE_CLUSTER_DATA: data, PARLANCE_LOG_LEVEL: process.env.PARLANCE_LOG_LEVEL ?? "warn" },
  });
  // Ctrl-C reaches the child by itself; this process waits for it.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [code] = await once(child, "exit");
  return code ?? 1;
}

/** What programs read; the suites' names in the same file are not theirs. */
function addresses() {
  const lines = readFileSync(join(servers, "env"), "utf8").split("\n").filter((line) => line.startsWith("PARLANCE_") && !line.startsWith("PARLANCE_TEST_"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
