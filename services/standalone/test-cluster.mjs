// `npm run test:cluster`: the suites that need a real Kafka and a server of the MongoDB protocol, on servers of their own that
// deploy/local starts in a temporary folder and this script stops. There a suite that cannot reach its server fails.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { root } from "./ready.mjs";

const SUITES = ["dist/eventlog", "dist/mongo", "store/mongo", "two-writers"];
const servers = join(root, "deploy/local/cluster.mjs");
const folder = mkdtempSync(join(tmpdir(), "parlance-cluster-"));

async function node(args, env = {}) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  const [code] = await once(child, "exit");
  return code ?? 1;
}

/** Only what suites ask for: the settings of the product in the same file are for programs. */
function addresses() {
  const lines = readFileSync(join(folder, "env"), "utf8").split("\n").filter((line) => line.startsWith("PARLANCE_TEST_"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

try {
  process.exitCode = await node([servers, "start", "--data", folder]);
  if (process.exitCode === 0) {
    const tests = join(root, "services/standalone/test.mjs");
    process.exitCode = await node([tests, ...SUITES], { ...addresses(), PARLANCE_TEST_CLUSTER: "required" });
  }
} finally {
  await node([servers, "stop", "--data", folder, "--wipe"]);
  rmSync(folder, { recursive: true, force: true });
}
