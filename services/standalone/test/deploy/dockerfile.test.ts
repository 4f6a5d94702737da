import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PROCESSES, problemsWith, readText, root } from "./declared.js";
import { readStandaloneConfig } from "../../src/config.js";

const text = readText("deploy/docker/Dockerfile");
const stages = new Map(text.split(/^FROM /m).slice(1).map((part) => [/^\S+ AS (\S+)/.exec(part)?.[1] ?? "", part]));
const targets = [...PROCESSES, "standalone"];

describe("the Dockerfile", () => {
  it.each(targets)("has a target %s whose entry is compiled from a source that exists", (target) => {
    const [command, entry = ""] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(stages.get(target) ?? "")?.[1] ?? "[]") as string[];
    expect(command).toBe("/nodejs/bin/node");
    const source = target === "standalone" ? entry.replace("/dist/", "/") : entry.replace("/dist/", "/src/");
    expect(existsSync(root + source.replace(/\.js$/, ".ts"))).toBe(true);
    expect(stages.get(target)).toContain(`COPY --from=${target}-release /release ./`);
  });

  it("copies the manifest of every package, or npm ci would not install what the lockfile names", () => {
    const folders = ["services", "clients"].flatMap((parent) => readdirSync(root + parent).map((child) => `${parent}/${child}`));
    const manifests = ["proto", "gateway", "bench", ...folders].map((folder) => `${folder}/package.json`).filter((path) => existsSync(root + path));
    expect(manifests.filter((path) => !text.includes(`COPY ${path} `))).toEqual([]);
  });

  it("copies nothing that .dockerignore keeps out", () => {
    const allowed = readText(".dockerignore").split("\n").filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = ""]) => paths.split(" "));
    expect(copied.filter((path) => !allowed.some((one) => path === one || path.startsWith(`${one}/`)))).toEqual([]);
    expect(allowed.filter((path) => !existsSync(root + path))).toEqual([]);
  });

  it("needs no shell, and no process of it is root", () => {
    const commands = [...text.matchAll(/^(RUN|CMD|ENTRYPOINT) (.*)$/gm)];
    expect(commands.filter(([, , command = ""]) => !command.startsWith("["))).toEqual([]);
    expect(stages.get("process")).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(text.match(/^USER /gm)).toHaveLength(1);
  });

  it("builds and runs with the same Node, on a glibc that uWebSockets.js takes", () => {
    expect(/^ARG BUILD_BASE=node:(\d+)-trixie-slim$/m.exec(text)?.[1]).toBe(/^ARG RUN_BASE=gcr\.io\/distroless\/nodejs(\d+)-debian13:nonroot$/m.exec(text)?.[1]);
  });

  it("sets no variable that a process would refuse", () => {
    const env = (target: string) => Object.fromEntries([...(stages.get(target) ?? "").matchAll(/^ENV (.*)$/gm)]
      .flatMap(([, pairs = ""]) => pairs.split(" ").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])));
    for (const process of PROCESSES) expect(problemsWith(process, { ...env("process"), ...env("service"), ...env(process) })).toEqual([]);
    expect(readStandaloneConfig({ ...env("process"), ...env("standalone") })).toMatchObject({
      standaloneData: "/data", gatewayListen: { port: 8080 }, standaloneGrpcListen: { host: "127.0.0.1" },
    });
  });
});
