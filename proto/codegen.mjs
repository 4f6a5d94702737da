// `npm run codegen`: everything in gen/ from the protos. The image is built first and all else is made from it, so protos that
// do not build leave the old code alone.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import process from "node:process";

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

mkdirSync("gen", { recursive: true });
run("buf", "build", "-o", "gen/image.json");
run("buf", "build", "gen/image.json", "--as-file-descriptor-set", "--exclude-source-info", "-o", "gen/descriptors.binpb");
run("tsc", "-p", "tsconfig.codegen.json");
run("node", "gen/codegen/contract.js", "gen/image.json", "gen/contract.ts");
rmSync("gen/parlance", { recursive: true, force: true });
run("buf", "generate", "gen/image.json");
run("node", "gen/codegen/pool-writers.js", "gen/parlance");
