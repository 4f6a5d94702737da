import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { systemClock } from "./index.js";

const run = promisify(execFile);
const here = JSON.stringify(new URL("./index.js", import.meta.url).href);

it("waits, and reads a time that moves on", async () => {
  const clock = systemClock();
  const before = clock.monotonic();
  await new Promise<void>((resolve) => {
    // The worker's own handles keep it alive while this waits.
    clock.after(1, resolve);
  });
  expect(clock.monotonic()).toBeGreaterThan(before);
  expect(clock.now()).toBeGreaterThan(Date.UTC(2025, 0, 1));
});

it("does not keep a process alive with its timers, however long", async () => {
  const script = `
    import { systemClock } from ${here};
    const clock = systemClock();
    clock.after(3_600_000, () => console.log("fired"));
    clock.after(2 ** 40, () => console.log("fired too early"));
    clock.every(3_600_000, () => console.log("fired"));
    console.log("end");
  `;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script]);
  expect(stdout).toBe("end\n");
});

it("refuses an interval that Node would turn into a busy loop", () => {
  expect(() => systemClock().every(0, () => undefined)).toThrow(RangeError);
  expect(() => systemClock().every(2 ** 31, () => undefined)).toThrow(RangeError);
});
