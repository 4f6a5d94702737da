import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const TOOLS = {
  helm: { module: "helm.sh/helm/v3/cmd/helm", version: "v3.22.0" },
  kubeconform: { module: "github.com/yannh/kubeconform/cmd/kubeconform", version: "v0.8.0" },
};

/** The path of a tool, built when the cache has not got it. */
export function tool(name, cache) {
  const { module, version } = TOOLS[name];
  const folder = join(cache, `${name}-${version}`);
  const path = join(folder, process.platform === "win32" ? `${name}.exe` : name);
  if (existsSync(path)) return path;
  // Made aside and moved, so that a build that was cut short never looks like a tool.
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  // Without optimisation: half the time to build, and it runs for a second.
  go(["install", "-gcflags=all=-N -l", "-ldflags=-s -w", `${module}@${version}`], { GOBIN: fresh, CGO_ENABLED: "0" });
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return path;
}

/** @returns what Go printed */
export function go(args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync("go", args, { encoding: "utf8", env: { ...process.env, GOFLAGS: "-mod=mod", ...env } });
  if (error?.code === "ENOENT") throw new Error("Go is missing: install Go 1.26 or newer, or leave the check of the chart out");
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`go ${args[0]} failed:\n${stderr}`);
  return stdout;
}
