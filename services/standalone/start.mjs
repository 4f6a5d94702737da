// `npm start`: installs and builds if needed, then runs the standalone server in this process.
// `npm run dev` (--watch): the server runs in a child; when a source changes it is rebuilt and the child restarted. A build that
// fails leaves the running server alone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ready, sourcesFingerprint } from "./ready.mjs";

const main = join(fileURLToPath(new URL(".", import.meta.url)), "dist/src/main.js");
const pollMs = 500;

try {
  await ready();
  await (process.argv.includes("--watch") ? watch() : import(pathToFileURL(main).href));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

/** Polls file times: a thousand stat calls cost less than a recursive watcher and never miss a change. */
async function watch() {
  let stopping = false;
  let child = run();
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      stopping = true;
      child.kill(signal);
    });
  }
  for (let seen = sourcesFingerprint(); !stopping; await wait(pollMs)) {
    const now = sourcesFingerprint();
    if (now === seen) continue;
    seen = now;
    if (!(await built())) continue;
    await stopped(child);
    if (!stopping) child = run();
  }
  await stopped(child);
  process.exitCode = child.exitCode ?? 0;
}

function run() {
  const args = process.argv.slice(2).filter((argument) => argument !== "--watch");
  return spawn(process.execPath, ["--enable-source-maps", main, ...args], { stdio: "inherit" });
}

async function built() {
  try {
    await ready();
    return true;
  } catch (error) {
    console.error(`dev: ${error.message}; the old build keeps running`);
    return false;
  }
}

async function stopped(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}
