// `npm test`: build, lint, then every test that needs no other server. Build and lint count as one check each.
// Arguments go to Vitest: `npm test -- send-message` runs the files whose path contains it, and then nothing is linted.
import process from "node:process";
import { Checks, npm } from "./checks.mjs";
import { ready } from "./ready.mjs";

const checks = new Checks();
const filter = process.argv.slice(2);

if (await checks.check("build", () => ready().then(() => true))) {
  if (filter.length === 0) {
    await Promise.all([
      checks.check("lint of the code", () => npm(["run", "--silent", "lint"])),
      checks.check("lint of the protos", () => npm(["run", "--silent", "lint", "-w", "proto"])),
    ]);
  }
  await checks.vitest(filter);
}
checks.tell();
