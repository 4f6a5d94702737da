// Counts checks and tests over one or several runs of Vitest, and says the totals in one last line: `N passed, N failed` (and
// `, N skipped` when there are any).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { root } from "./ready.mjs";

export class Checks {
  #total = { passed: 0, failed: 0, skipped: 0 };

  /** Something that passes or fails as a whole, so that the line never says 0 failed when something did. */
  async check(name, passes) {
    let passed = false;
    try {
      passed = await passes();
    } catch (error) {
      console.error(error.message);
    }
    this.#total[passed ? "passed" : "failed"] += 1;
    if (!passed) console.error(`FAILED: ${name}`);
    return passed;
  }

  /** Runs the test files whose path contains one of the words, or all. */
  async vitest(words, env = {}) {
    const folder = mkdtempSync(join(tmpdir(), "parlance-test-"));
    try {
      const report = join(folder, "report.json");
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
      const passed = await npm(["exec", "--", "vitest", "run", ...reporters, ...words], env);
      const failedBefore = this.#total.failed;
      this.#count(report);
      // Vitest can fail without a failed test: an unhandled rejection, or no test found.
      if (!passed && this.#total.failed === failedBefore) this.#total.failed += 1;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Prints the line and sets the exit code. */
  tell() {
    const { passed, failed, skipped } = this.#total;
    console.log(`${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`);
    process.exitCode = failed === 0 ? 0 : 1;
  }

  #count(report) {
    const total = this.#total;
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
}

/** Whether it succeeds. */
export async function npm(args, env = {}) {
  const child = spawn("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32", env: { ...process.env, ...env } });
  const [code] = await once(child, "exit");
  return code === 0;
}
