// The sources of the repository as text, read once; what the tidy tests look at.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { type Import, importsOf } from "./imports-of.js";
import { stripSource } from "./strip-source.js";

export interface Source {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Without comments and strings. */
  readonly code: string;
  readonly imports: readonly ResolvedImport[];
}

export interface ResolvedImport extends Import {
  /** The source file meant; absent for generated code and other packages from a registry. */
  readonly target?: string;
}

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const topFolders = ["proto", "services", "gateway", "clients", "bench"];
const skippedFolders = new Set(["node_modules", "dist", "gen", "data"]);

export function readSourceTree(): Source[] {
  return topFolders.flatMap(walk).filter((path) => /\.tsx?$/.test(path)).map(readSource);
}

export function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(root + path, "utf8")) as Record<string, unknown>;
}

/** True for test code: tests, contract suites, and what is only there for them. */
export function isTest(path: string): boolean {
  return /\.(test|contract)\.tsx?$|\/(testing|test)\/|\/testing\.ts$/.test(path);
}

function walk(folder: string): string[] {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return skippedFolders.has(entry.name) ? [] : walk(path);
  });
}

function readSource(path: string): Source {
  const text = readFileSync(root + path, "utf8");
  const stripped = stripSource(text);
  const imports = importsOf(stripped).map((found): ResolvedImport => {
    const target = resolve(path, found.specifier);
    return target === undefined ? found : { ...found, target };
  });
  return { path, text, code: stripped.code, imports };
}

function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return resolvePackage(specifier);
  const path = posix.join(posix.dirname(from), specifier).replace(/\.js$/, "");
  if (path.includes("/gen/")) return undefined;
  return [`${path}.ts`, `${path}.tsx`].find((candidate) => existsSync(root + candidate)) ?? `${path}.ts`;
}

function resolvePackage(specifier: string): string | undefined {
  const [, name, folder] = /^@parlance\/([^/]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  if (name === undefined || name === "proto") return undefined;
  if (name === "platform") return `services/platform/src/${folder ?? ""}/index.ts`;
  const home = { gateway: "gateway", sdk: "clients/sdk", console: "clients/console", bench: "bench" }[name] ?? `services/${name}`;
  return `${home}/src/index.ts`;
}
