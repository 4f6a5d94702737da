// Runs the commands of the Dockerfile without Docker, in a clean folder: node deploy/docker/by-hand.mjs <target[,target…]> <empty folder> [--start]
// Each stage is a folder; COPY takes only what .dockerignore lets through, of files that git knows; RUN runs with the Node of this
// machine. --start runs the entry point of the target until it says something and ends it. What this cannot show: the base images.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const [named = "", folder = "", option] = process.argv.slice(2);
const targets = named.split(",");
const stages = readStages(readFileSync(join(here, "Dockerfile"), "utf8"));
if (!targets.every((target) => stages.has(target)) || folder === "") {
  console.error(`usage: node deploy/docker/by-hand.mjs ${[...stages.keys()].join("|")} <empty folder> [--start]`);
  process.exit(2);
}
const context = contextFiles();
const made = new Map();
for (const target of targets) {
  const image = build(target);
  console.log(`${target}: ${image.folder}`);
  if (option === "--start") start(image);
}

/** By name: the stage it is built on and its instructions, in order. */
function readStages(text) {
  const found = new Map();
  let current;
  for (const line of text.split("\n")) {
    const [, word, rest] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (word === undefined || (word === "ARG" && current === undefined)) continue;
    if (word === "FROM") {
      const [, base, name] = /^(\S+) AS (\S+)$/.exec(rest);
      found.set(name, current = { base, steps: [] });
    } else current.steps.push({ word, rest });
  }
  return found;
}

function contextFiles() {
  const { stdout } = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  const lines = readFileSync(join(root, ".dockerignore"), "utf8").split("\n").filter((line) => line !== "" && !/^[#*]$|^#/.test(line));
  const allowed = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const refused = lines.filter((line) => line.startsWith("**/")).map((line) => line.slice(3));
  return stdout.split("\0").filter((path) => path !== "" && existsSync(join(root, path))
    && allowed.some((one) => path === one || path.startsWith(`${one}/`))
    && !path.split("/").some((part) => refused.includes(part)));
}

function build(name) {
  if (made.has(name)) return made.get(name);
  const { base, steps } = stages.get(name);
  const below = stages.has(base) ? build(base) : undefined;
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  if (below !== undefined) cpSync(below.folder, own, { recursive: true, verbatimSymlinks: true });
  const stage = { folder: own, cwd: below?.cwd ?? "/", env: { ...below?.env }, entry: below?.entry };
  for (const step of steps) apply(stage, step);
  made.set(name, stage);
  return stage;
}

function apply(stage, { word, rest }) {
  if (word === "WORKDIR") mkdirSync(inside(stage, stage.cwd = rest), { recursive: true });
  if (word === "ENV") for (const pair of rest.split(" ")) stage.env[pair.slice(0, pair.indexOf("="))] = pair.slice(pair.indexOf("=") + 1);
  if (word === "ENTRYPOINT") stage.entry = JSON.parse(rest);
  if (word === "COPY") copy(stage, rest.split(" "));
  if (word === "RUN") run(stage, JSON.parse(rest));
}

function inside(stage, path) {
  return join(stage.folder, path.startsWith("/") ? path : join(stage.cwd, path));
}

function copy(stage, words) {
  const from = words.find((one) => one.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((one) => !one.startsWith("--"));
  const to = paths.pop();
  if (from !== undefined) {
    cpSync(inside(build(from), paths[0]), inside(stage, to), { recursive: true, verbatimSymlinks: true });
    return;
  }
  for (const path of paths) {
    const files = context.filter((file) => file === path || file.startsWith(`${path}/`));
    if (files.length === 0) throw new Error(`COPY ${path}: nothing of that name gets into the build`);
    const isFolder = statSync(join(root, path)).isDirectory();
    for (const file of files) {
      const place = isFolder ? join(to, file.slice(path.length + 1)) : to.endsWith("/") ? join(to, basename(file)) : to;
      mkdirSync(dirname(inside(stage, place)), { recursive: true });
      cpSync(join(root, file), inside(stage, place));
    }
  }
}

function run(stage, [command, ...args]) {
  // Absolute paths of the image are paths in the folder of the stage.
  const placed = args.map((arg) => (arg.startsWith("/") ? inside(stage, arg) : arg));
  console.log(`RUN ${command} ${args.join(" ")}`);
  const began = Date.now();
  const { status, error } = spawnSync(command, placed, { cwd: inside(stage, stage.cwd), stdio: "inherit", env: environment(stage) });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
  console.log(`  ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

function environment(stage) {
  const env = Object.fromEntries(Object.entries(stage.env).map(([name, value]) => [name, value.startsWith("/") ? inside(stage, value) : value]));
  return { PATH: process.env.PATH, HOME: process.env.HOME, ...env };
}

function start(stage) {
  const child = spawn(process.execPath, stage.entry.slice(1), {
    cwd: inside(stage, stage.cwd), env: { ...environment(stage), ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("PARLANCE_"))) },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
      process.stdout.write(chunk);
      if (said.length > 0) setTimeout(() => child.kill("SIGTERM"), 1_500);
    });
  }
  child.on("exit", (code, signal) => console.log(`ended with ${code ?? signal}`));
}
