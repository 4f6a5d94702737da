// Jars come through Maven, with whatever repositories and mirrors its own configuration names, once per version of
// what is asked for: the folder's name is the hash of the sources, and it appears only when it is whole.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { Problem } from "./problem.mjs";

const FETCH_MS = 300_000;

/** @param {{ name: string, pom: string, java?: string, cache?: string }} what @returns its class path */
export function jarsOf({ name, pom, java, cache }) {
  requireTool("java", "install a JDK, version 17 or newer");
  const sources = [pom, ...(java === undefined ? [] : [java])];
  const hash = createHash("sha256");
  for (const source of sources) hash.update(readFileSync(source));
  const folder = join(cache ?? defaultCache(), `${name}-${hash.digest("hex").slice(0, 12)}`);
  if (!existsSync(folder)) fill(folder, pom, java);
  return [join(folder, "classes"), join(folder, "libs", "*")].join(delimiter);
}

export function requireTool(tool, advice) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.some((folder) => statSync(join(folder, tool), { throwIfNoEntry: false })?.isFile());
  if (!found) throw new Problem(`${tool} is missing: ${advice}`);
}

function fill(folder, pom, java) {
  requireTool("mvn", "install Maven; it is needed once, to fetch the jars");
  if (java !== undefined) requireTool("javac", "install a JDK, version 17 or newer; a JRE is not enough");
  mkdirSync(join(folder, ".."), { recursive: true });
  const making = mkdtempSync(`${folder}.`);
  try {
    const libs = join(making, "libs");
    run("mvn", ["-q", "-B", "-f", pom, "dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${libs}`]);
    if (java !== undefined) run("javac", ["-nowarn", "-cp", join(libs, "*"), "-d", join(making, "classes"), java]);
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    // Somebody else was faster: what is there is whole.
    if (!existsSync(folder)) throw error;
  }
}

function run(tool, args) {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { encoding: "utf8", timeout: FETCH_MS });
  if (status === 0) return;
  const said = error?.message ?? `${stdout}${stderr}`.split("\n").find((line) => /error/i.test(line)) ?? `code ${status}`;
  throw new Problem(`${tool} failed for ${basename(args.at(-1))}: ${said.trim()}`);
}

function defaultCache() {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "parlance", "local");
}
