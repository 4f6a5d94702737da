// `npm run test:cluster`: the suites that need a real Kafka and a server of the MongoDB protocol, on servers of their own that
// deploy/local starts in a temporary folder and this script stops, and the suites of the chart, which need Go. There a suite that
// cannot reach what it needs fails. `npm run test:cluster -- faults` runs only what has the word in its path.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Checks } from "./checks.mjs";
import { ready, root } from "./ready.mjs";

// One after the other: what the faults do to times must not disturb the rest, nor the rest what is measured under faults.
const RUNS = [
  ["dist/eventlog", "dist/mongo", "store/mongo", "two-writers", "cluster/scenario", "deploy/helm"],
  ["cluster/faults"],
];
const servers = join(root, "deploy/local/cluster.mjs");
const folder = mkdtempSync(join(tmpdir(), "parlance-cluster-"));
const asked = process.argv.slice(2);

async function node(...args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  const [code] = await once(child, "exit");
  return code === 0;
}

/** Only what suites ask for: the settings of the product in the same file are for programs. */
function addresses() {
  const lines = readFileSync(join(folder, "env"), "utf8").split("\n").filter((line) => line.startsWith("PARLANCE_TEST_"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

const checks = new Checks();
try {
  const isBuilt = await checks.check("build", () => ready().then(() => true));
  if (isBuilt && (await checks.check("servers", () => node(servers, "start", "--data", folder)))) {
    const env = { ...addresses(), PARLANCE_TEST_CLUSTER: "required", PARLANCE_TEST_HELM: "required" };
    for (const words of asked.length === 0 ? RUNS : [asked]) await checks.vitest(words, env);
  }
} finally {
  await node(servers, "stop", "--data", folder, "--wipe");
  rmSync(folder, { recursive: true, force: true });
}
checks.tell();
