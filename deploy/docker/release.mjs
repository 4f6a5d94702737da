// What the image of one process holds, and nothing else: node deploy/docker/release.mjs <process> <folder>
// Run in a built tree. Installs the production dependencies of the process from the registry, as the lockfile says, and copies
// the compiled code of it and of the packages of this repository that it uses. Tests, types and the binaries of other platforms stay.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const homes = { identity: "services/identity", group: "services/group", messaging: "services/messaging", presence: "services/presence",
  gateway: "gateway", standalone: "services/standalone" };
const [name = "", folder = ""] = process.argv.slice(2);
const home = homes[name];
if (home === undefined || folder === "") {
  console.error(`usage: node deploy/docker/release.mjs ${Object.keys(homes).join("|")} <folder>`);
  process.exit(2);
}

const target = resolve(folder);
const used = packagesOf(home);
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
install();
for (const one of used) copyCode(one);
removeOthers();

/** The folders of the process and of every package of this repository it depends on. */
function packagesOf(first) {
  const folders = new Map(["proto", "gateway", ...childrenOf("services"), ...childrenOf("clients")].map((one) => [manifest(one).name, one]));
  const found = new Set([first]);
  for (const one of found) {
    for (const dependency of Object.keys(manifest(one).dependencies ?? {})) {
      if (folders.has(dependency)) found.add(folders.get(dependency));
    }
  }
  return [...found];
}

function childrenOf(parent) {
  return readdirSync(join(root, parent)).map((child) => `${parent}/${child}`).filter((child) => existsSync(join(root, child, "package.json")));
}

function manifest(one) {
  return JSON.parse(readFileSync(join(root, one, "package.json"), "utf8"));
}

/** The lockfile is that of the whole repository, so npm wants to see all manifests; it installs for the named ones only. */
function install() {
  const all = ["proto", "gateway", "bench", ...childrenOf("services"), ...childrenOf("clients")];
  for (const path of ["package.json", "package-lock.json", ".npmrc", ...all.map((one) => `${one}/package.json`)]) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(root, path), join(target, path));
  }
  const workspaces = used.flatMap((one) => ["-w", one]);
  const { status, error } = spawnSync("npm", ["ci", "--omit=dev", ...workspaces], { cwd: target, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
  for (const one of all.filter((path) => !used.includes(path))) rmSync(join(target, one), { recursive: true, force: true });
}

function copyCode(one) {
  const isCode = (path) => !/\.(test|contract)\.js$|\.d\.ts$|\.map$|\.tsbuildinfo$/.test(path) && basename(path) !== "testing";
  const from = join(root, one, "dist");
  if (!existsSync(from)) throw new Error(`${one} is not built`);
  cpSync(from, join(target, one, "dist"), { recursive: true, filter: (path) => isCode(path) && path !== join(from, "test") });
  if (one === "proto") {
    mkdirSync(join(target, "proto/gen"), { recursive: true });
    cpSync(join(root, "proto/gen/descriptors.binpb"), join(target, "proto/gen/descriptors.binpb"));
  }
}

/** The packages with native code bring the binaries of all platforms and all versions of Node: a quarter of a gigabyte. */
function removeOthers() {
  const uws = join(target, "node_modules/uWebSockets.js");
  const own = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
  if (existsSync(uws)) {
    for (const file of readdirSync(uws)) if (file.endsWith(".node") && file !== own) rmSync(join(uws, file));
    if (!existsSync(join(uws, own))) throw new Error(`uWebSockets.js has no ${own}`);
  }
  const sqlite = join(target, "node_modules/@photostructure/sqlite/prebuilds");
  if (existsSync(sqlite)) {
    for (const platform of readdirSync(sqlite)) {
      if (platform !== `${process.platform}-${process.arch}`) rmSync(join(sqlite, platform), { recursive: true });
    }
  }
  rmSync(join(target, "node_modules/.bin"), { recursive: true, force: true });
}
