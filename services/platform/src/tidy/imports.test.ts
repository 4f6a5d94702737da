import { expect, test } from "vitest";
import { matrix, type Row } from "./import-matrix.js";
import { partOf, type Place } from "./part-of.js";
import { isTest, readSourceTree, type ResolvedImport, type Source } from "./source-tree.js";

const tree = readSourceTree();

/** Uses of generated code that turn data into bytes or JSON. */
function encodes(name: string): RegExp {
  return new RegExp(`\\b${name}\\.(encode|decode|toJSON|fromJSON)\\b`);
}

function includes(folders: Row["platform"], folder: string): boolean {
  return folders === "all" || folders.includes(folder);
}

function protoProblem({ path, code }: Source, { specifier, values }: ResolvedImport, from: Place, row: Row): string | undefined {
  if (row.proto === "no") return `${from.part} may not import proto`;
  if (specifier.endsWith("_service") && !row.services && path !== `${from.home}/src/rpc/index.ts`) {
    return "service constants belong to service.ts, clients.ts and rpc/index.ts";
  }
  const encoded = row.proto === "data" ? values.find((name) => encodes(name).test(code)) : undefined;
  if (encoded !== undefined) return `${from.part} may not encode or decode ${encoded}`;
  return undefined;
}

function platformProblem({ typeOnly }: ResolvedImport, from: Place, to: Place, row: Row): string | undefined {
  if (to.folder === "testing") return from.part === "standalone" || from.part === "bench" ? undefined : "platform/testing is for tests";
  if (includes(row.platform, to.folder) || (typeOnly && includes(row.platformTypes, to.folder))) return undefined;
  return `${from.part} may not import ${typeOnly ? "types" : "values"} of platform/${to.folder}`;
}

function ownProblem({ typeOnly }: ResolvedImport, from: Place, to: Place, row: Row): string | undefined {
  if (row.own.includes(to.part) || (typeOnly && row.ownTypes.includes(to.part))) return undefined;
  return `${from.part} may not import ${typeOnly ? "types" : "values"} of its ${to.part}`;
}

function productionProblem(source: Source, found: ResolvedImport): string | undefined {
  const from = partOf(source.path);
  const row = matrix[from.part];
  if (found.specifier.startsWith("@parlance/proto/")) return protoProblem(source, found, from, row);
  if (found.target === undefined) return undefined;
  const to = partOf(found.target);
  if (to.home === from.home) {
    return isTest(found.target) ? "production code may not import test code" : ownProblem(found, from, to, row);
  }
  if (to.part === "platform") return platformProblem(found, from, to, row);
  const name = found.specifier.split("/")[1] ?? "";
  return row.packages.includes(name) ? undefined : `${from.part} may not import the package ${name}`;
}

/** Tests may use all of their own package and of the platform; other packages only if their package may. */
function testProblem(source: Source, found: ResolvedImport): string | undefined {
  const from = partOf(source.path);
  const to = found.target === undefined ? undefined : partOf(found.target);
  if (to === undefined || to.home === from.home || to.part === "platform") return undefined;
  const name = found.specifier.split("/")[1] ?? "";
  return matrix[from.part].packages.includes(name) ? undefined : `tests of ${from.home} may not import the package ${name}`;
}

function problems(problemOf: (source: Source, found: ResolvedImport) => string | undefined): string[] {
  return tree.flatMap((source) => source.imports.flatMap((found) => {
    const problem = problemOf(source, found);
    return problem === undefined ? [] : [`${source.path} imports ${found.specifier}: ${problem}`];
  }));
}

test("every import is one that the matrix of the layout allows", () => {
  expect(problems((source, found) => (isTest(source.path) ? testProblem : productionProblem)(source, found))).toEqual([]);
});

test("no relative import leaves its package", () => {
  expect(problems(({ path }, { specifier, target }) => {
    const leaves = specifier.startsWith(".") && target !== undefined && partOf(target).home !== partOf(path).home;
    return leaves ? "use the package's name" : undefined;
  })).toEqual([]);
});

test("an RPC does not import another RPC, nor a consumer another consumer", () => {
  expect(problems(({ path }, { target }) => {
    const { part, home } = partOf(path);
    if ((part !== "rpc" && part !== "events") || isTest(path) || path.endsWith("/index.ts") || target === undefined) return undefined;
    const to = partOf(target);
    return to.home === home && to.part === part && !isTest(target) ? "what two of them need belongs to domain, store or context" : undefined;
  })).toEqual([]);
});

test("the SDK speaks frames and needs no gRPC", () => {
  expect(problems(({ path }, { specifier }) =>
    path.startsWith("clients/") && specifier.endsWith("_service") ? "the service constants bring grpc-js into browsers" : undefined,
  )).toEqual([]);
});
