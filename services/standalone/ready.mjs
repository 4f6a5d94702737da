// Makes the repository ready to run: installed and built. Plain Node without dependencies, because it is the first command on a
// fresh clone. With nothing to do it only reads file times.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const sourceFolders = ["proto", "services", "gateway", "clients", "bench"];
const skippedFolders = new Set(["node_modules", "dist", "gen", "data"]);
const stampFolder = join(root, "node_modules", ".parlance");

/** Installs and builds what is missing or out of date; throws when that fails. Safe beside another run in the same folder. */
export async function ready(say = (line) => console.log(line)) {
  if (nothingToDo()) return;
  const release = await takeLock(say);
  try {
    if (!installed()) install(say);
    // The run waited for may have done it.
    if (!nothingToDo()) build(say);
  } finally {
    release();
  }
}

/** Changes when any input of the build changes. */
export function sourcesFingerprint() {
  return fingerprint(sourceFiles());
}

function nothingToDo() {
  return installed() && stamped("build", sourcesFingerprint()) && outputs().every((path) => existsSync(path));
}

/** Npm keeps a lockfile of what it installed; the two must name the same versions. */
function installed() {
  const now = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(now)) return false;
  const have = readJson(now).packages;
  const wanted = Object.entries(readJson(join(root, "package-lock.json")).packages);
  return wanted.every(([path, entry]) =>
    !path.startsWith("node_modules/") || entry.optional === true || entry.peer === true || have[path]?.version === entry.version);
}

function install(say) {
  say("ready: installing packages (npm ci)");
  run("npm", ["ci"]);
}

function build(say) {
  const sources = sourceFiles();
  const build = fingerprint(sources);
  const codegen = fingerprint(sources.filter((path) => path.startsWith(join(root, "proto") + sep)));
  if (!stamped("codegen", codegen) || !existsSync(join(root, "proto/gen/contract.ts"))) {
    say("ready: generating code from the protos");
    run("npm", ["run", "--silent", "codegen"]);
    stamp("codegen", codegen);
  }
  say("ready: building");
  removeOrphans();
  run("npm", ["run", "--silent", "compile"]);
  stamp("build", build);
}

/** The compiler leaves the output of removed sources behind; Vitest would go on running removed tests. */
function removeOrphans() {
  for (const project of projects()) {
    const { rootDir = ".", outDir = "dist" } = readJson(join(project, "tsconfig.json")).compilerOptions ?? {};
    const dist = join(project, outDir);
    for (const file of walk(dist, new Set(["node_modules"]))) {
      const stem = file.slice(0, -".d.ts".length);
      if (!file.endsWith(".d.ts") || existsSync(`${join(project, rootDir, stem.slice(dist.length))}.ts`)) continue;
      for (const ending of [".d.ts", ".d.ts.map", ".js", ".js.map"]) rmSync(stem + ending, { force: true });
    }
  }
}

function projects() {
  return readJson(join(root, "tsconfig.json")).references.map(({ path }) => join(root, path));
}

function outputs() {
  return projects().map((project) => join(project, "dist/tsconfig.tsbuildinfo"));
}

function sourceFiles() {
  const top = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.base.json"].map((name) => join(root, name));
  const isSource = (path) => /\.(ts|tsx|proto|css|html|ya?ml)$|[\\/](package|tsconfig[^\\/]*)\.json$/.test(path);
  return [...top, ...sourceFolders.flatMap((folder) => walk(join(root, folder), skippedFolders)).filter(isSource)];
}

function walk(folder, skipped) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(join(folder, entry.name), skipped);
    return [join(folder, entry.name)];
  });
}

function fingerprint(files) {
  const hash = createHash("sha256");
  for (const file of files.toSorted()) {
    const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest("hex");
}

function stamped(name, value) {
  const file = join(stampFolder, name);
  return existsSync(file) && readFileSync(file, "utf8") === value;
}

function stamp(name, value) {
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(join(stampFolder, name), value);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed with ${status ?? "a signal"}`);
}

/** Outside the repository, because the first thing done under it may be to replace node_modules. */
async function takeLock(say) {
  const lock = join(tmpdir(), `parlance-ready-${createHash("sha256").update(root).digest("hex").slice(0, 16)}`);
  const owner = join(lock, "pid");
  for (let told = false; ; told = true) {
    try {
      mkdirSync(lock);
      writeFileSync(owner, String(process.pid));
      return () => rmSync(lock, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (abandoned(lock, owner)) rmSync(lock, { recursive: true, force: true });
    else {
      if (!told) say("ready: waiting for another build of this folder");
      await wait(200);
    }
  }
}

/** The owner is gone, or died between making the folder and writing its pid. */
function abandoned(lock, owner) {
  try {
    const pid = Number(readFileSync(owner, "utf8"));
    if (pid > 0) return !alive(pid);
  } catch { /* not written yet */ }
  const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Date.now() - made > 5_000;
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await ready();
  } catch (error) {
    console.error(`ready: ${error.message}`);
    process.exitCode = 1;
  }
}
