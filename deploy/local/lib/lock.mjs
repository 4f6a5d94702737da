// One command at a time in a data folder. A lock whose owner is gone is nobody's.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "./problem.mjs";

const WAIT_MS = 180_000;
const STEP_MS = 100;

export async function underLock(file, work) {
  for (let waited = 0; !take(file); waited += STEP_MS) {
    if (waited >= WAIT_MS) throw new Problem(`another command is at work in this folder; if none is, delete ${file}`);
    await sleep(STEP_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const owner = Number(readFileSync(file, { encoding: "utf8", flag: "a+" }));
    // An empty file is of somebody who is about to write his pid.
    if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true });
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
