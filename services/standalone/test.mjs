// `npm test`: build, lint, then every test that needs no other server. Ends with the line `N passed, N failed` (and `, N skipped`
// when there are any); build and lint count as one check each, so that the line never says 0 failed when something did.
// Arguments go to Vitest: `npm test -- send-message` runs the files whose path contains it, and then nothing is linted.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ready, root } from "./ready.mjs";

const total = { passed: 0, failed: 0, skipped: 0 };
const filter = process.argv.slice(2);

if (await check("build", () => ready().then(() => true))) {
  if (filter.length === 0) {
    await Promise.all([
      check("lint of the code", () => npm("run", "--silent", "lint")),
      check("lint of the protos", () => npm("run", "--silent", "lint", "-w", "proto")),
    ]);
  }
  await vitest();
}
const skipped = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function check(name, passes) {
  let passed = false;
  try {
    passed = await passes();
  } catch (error) {
    console.error(error.message);
  }
  total[passed ? "passed" : "failed"] += 1;
  if (!passed) console.error(`FAILED: ${name}`);
  return passed;
}

async function vitest() {
  const folder = mkdtempSync(join(tmpdir(), "parlance-test-"));
  try {
    const report = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const passed = await npm("exec", "--", "vitest", "run", ...reporters, ...filter);
    const failedBefore = total.failed;
    count(report);
    // Vitest can fail without a failed test: an unhandled rejection, or no test found.
    if (!passed && total.failed === failedBefore) total.failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(report) {
  let result;
  try {
    result = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    console.error("FAILED: Vitest left no report");
    return;
  }
  total.passed += result.numPassedTests;
  total.failed += result.numFailedTests;
  total.skipped += result.numPendingTests + result.numTodoTests;
  // A file that cannot be loaded has no tests to count.
  total.failed += result.testResults.filter(({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((test) => test.status === "failed")).length;
}

async function npm(...args) {
  const child = spawn("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  const [code] = await once(child, "exit");
  return code === 0;
}
