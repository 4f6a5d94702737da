import { expect, test } from "vitest";
import { findCycles } from "./find-cycles.js";
import { isService, partOf } from "./part-of.js";
import { isTest, readSourceTree, type Source } from "./source-tree.js";

const tree = readSourceTree();
const byPath = new Map(tree.map((source) => [source.path, source]));
const paths = [...byPath.keys()];

const platformFolders = new Set([
  "config", "lifecycle", "log", "metrics", "time", "random", "ids", "errors", "rpc", "eventlog",
  "sqlite", "mongo", "paging", "limits", "process", "testing", "tidy",
]);

function targetsOf(source: Source): string[] {
  return source.imports.flatMap(({ target }) => (target === undefined ? [] : [target]));
}

test("no imports form a cycle", () => {
  const graph = new Map(tree.map((source) => [source.path, targetsOf(source).filter((target) => target !== source.path)]));
  expect(findCycles(graph).map((cycle) => cycle.join(" → "))).toEqual([]);
});

test("every imported file exists", () => {
  expect(tree.flatMap((source) => targetsOf(source).filter((target) => !byPath.has(target))
    .map((target) => `${source.path} → ${target}`))).toEqual([]);
});

test("every file is imported, an entry or a test", () => {
  const imported = new Set(tree.flatMap(targetsOf));
  const isEntry = (path: string) => /\/(main|index|print-settings)\.tsx?$|\.test\.tsx?$|^proto\/(contract(-types)?|pool-writers)\.ts$/.test(path);
  expect(paths.filter((path) => !imported.has(path) && !isEntry(path))).toEqual([]);
});

test("every RPC has a test beside it", () => {
  const rpcs = paths.filter((path) => isService(partOf(path).home) && /\/src\/rpc\/[^/]+\.ts$/.test(path)
    && !isTest(path) && !path.endsWith("/index.ts"));
  expect(rpcs.filter((path) => !byPath.has(path.replace(/\.ts$/, ".test.ts")))).toEqual([]);
});

test("every store port has a contract suite, and every adapter runs it", () => {
  const missing = tree.filter(({ path }) => /\/store\/ports(\/[^/]+)?\.ts$/.test(path)).flatMap((ports) => {
    const store = ports.path.replace(/ports(\/[^/]+)?\.ts$/, "");
    const suites = tree.filter(({ path }) => path.startsWith(store) && path.endsWith(".contract.ts"));
    const adapters = ["sqlite", "mongo"].filter((adapter) => paths.some((path) => path.startsWith(`${store}${adapter}/`)));
    return [...ports.code.matchAll(/export interface (\w+Store)\b/g)].flatMap(([, port = ""]) => {
      const suite = suites.find(({ code }) => new RegExp(`\\b${port}\\b`).test(code));
      if (suite === undefined) return [`${ports.path}: ${port} has no contract suite`];
      return adapters.filter((adapter) => !adapterRuns(`${store}${adapter}/`, suite.path))
        .map((adapter) => `${suite.path} is not run by ${adapter}`);
    });
  });
  expect(missing).toEqual([]);
});

/** A test does when it imports the suite and stands in the adapter's folder or imports from it. */
function adapterRuns(adapter: string, suite: string): boolean {
  return tree.some((source) => source.path.endsWith(".test.ts") && targetsOf(source).includes(suite)
    && (source.path.startsWith(adapter) || targetsOf(source).some((target) => target.startsWith(adapter))));
}

test("file and folder names are kebab-case", () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|contract|config))?(\.tsx?)?$/;
  expect(paths.filter((path) => !path.split("/").every((name) => kebab.test(name)))).toEqual([]);
});

test("no file has a name that could hold anything", () => {
  const vague = /(^|[/-])(utils?|helpers?|common|misc|shared|manager)(\.(test|contract))?(\.tsx?|\/)/;
  expect(paths.filter((path) => vague.test(path))).toEqual([]);
});

test("the platform has only its listed folders, each with an index", () => {
  const folders = new Set(paths.map((path) => partOf(path).folder).filter((folder) => folder !== ""));
  expect([...folders].filter((folder) => !platformFolders.has(folder))).toEqual([]);
  const noIndex = (folder: string) => folder !== "tidy" && !byPath.has(`services/platform/src/${folder}/index.ts`);
  expect([...folders].filter(noIndex)).toEqual([]);
});
