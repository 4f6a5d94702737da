import { isBuiltin } from "node:module";
import { expect, test } from "vitest";
import { partOf } from "./part-of.js";
import { isTest, readJson, readSourceTree } from "./source-tree.js";

const tree = readSourceTree();

interface Fence {
  readonly libraries: readonly string[];
  readonly inside: RegExp;
  /** Tests and the load generator may use it as a client of what they test. */
  readonly tests?: boolean;
}

const fences: readonly Fence[] = [
  { libraries: ["uWebSockets.js"], inside: /^gateway\/src\/ws\/uws-transport\.ts$/ },
  { libraries: ["ws"], inside: /^gateway\/src\/ws\/ws-transport\.ts$|^clients\/sdk\/src\/(.*\/)?node[^/]*\.ts$|^bench\//, tests: true },
  { libraries: ["kafkajs"], inside: /^services\/platform\/src\/eventlog\/kafka-[^/]*\.ts$/ },
  { libraries: ["mongodb"], inside: /^services\/platform\/src\/mongo\/|^services\/[^/]+\/src\/store\/mongo\// },
  { libraries: ["@photostructure/sqlite", "node:sqlite", "better-sqlite3"], inside: /^services\/platform\/src\/sqlite\// },
  {
    libraries: ["@grpc/grpc-js", "@grpc/reflection", "@grpc/proto-loader", "grpc-health-check"],
    inside: /^services\/platform\/src\/(rpc|errors)\//, tests: true,
  },
  { libraries: ["pino"], inside: /^services\/platform\/src\/log\// },
  { libraries: ["prom-client"], inside: /^services\/platform\/src\/metrics\// },
  { libraries: ["node:worker_threads"], inside: /^services\/platform\/src\/sqlite\/|^bench\//, tests: true },
  { libraries: ["vitest", "fast-check"], inside: /\.(test|contract)\.ts$/, tests: true },
  { libraries: ["node:timers/promises"], inside: /^services\/platform\/src\/time\/|^bench\// },
];

function libraryOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

test("each library is used only behind its fence", () => {
  const climbs = tree.flatMap(({ path, imports }) => imports.flatMap(({ specifier }) => {
    const fence = fences.find(({ libraries }) => libraries.includes(libraryOf(specifier)));
    const allowed = fence === undefined || fence.inside.test(path) || (fence.tests === true && isTest(path));
    return allowed ? [] : [`${path} imports ${specifier}, which belongs to ${fence.inside.source}`];
  }));
  expect(climbs).toEqual([]);
});

test("each library is a dependency of the package that imports it", () => {
  const declared = (packageFile: string) => {
    const { dependencies, devDependencies } = readJson(packageFile) as Record<string, Record<string, string> | undefined>;
    return Object.keys({ ...dependencies, ...devDependencies });
  };
  const forAll = declared("package.json");
  const strangers = tree.flatMap(({ path, imports }) => {
    const known = new Set([...forAll, ...declared(`${partOf(path).home}/package.json`)]);
    return imports.filter(({ specifier }) => !specifier.startsWith(".") && !isBuiltin(specifier) && !known.has(libraryOf(specifier)))
      .map(({ specifier }) => `${path} imports ${specifier}`);
  });
  expect(strangers).toEqual([]);
});
