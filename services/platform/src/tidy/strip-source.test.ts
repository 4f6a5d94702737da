import { expect, test } from "vitest";
import { findCycles } from "./find-cycles.js";
import { functionSizes } from "./function-sizes.js";
import { importsOf } from "./imports-of.js";
import { stripSource } from "./strip-source.js";

const spaced = (text: string) => text.replace(/\s+/g, " ").trim();

test.each([
  ["a line comment", "one(); // two()\nthree();", "one(); three();"],
  ["a block comment", "one(); /* two()\n */ three();", "one(); three();"],
  ["a string", "say('it\\'s console.log'); done();", "say( ); done();"],
  ["a template's text but not its code", "say(`a ${one({ b: `c ${two()}` })} d`); done();", "say( one({ b: two() ) ); done();"],
  ["a regular expression with quotes and slashes", "if (/[\"'/]\\/\\//.test(x)) done();", "if ( .test(x)) done();"],
])("the search for words does not see %s", (_, text, code) => {
  const spacedOut = spaced(stripSource(text).code).replace(/[`}]\s*\)/g, ")");
  expect(spacedOut.replaceAll(" ", "")).toBe(code.replaceAll(" ", ""));
});

test("a division is not taken for a regular expression", () => {
  expect(stripSource("const half = (a + b) / 2; call('x'); c / d").code).toContain("/ 2; call(");
});

test("imports are read with their kind and names", () => {
  const source = `
    // import "./comment.js";
    const text = 'import "./string.js"';
    import type { A } from "./a.js";
    import { type B, type C } from "./b.js";
    import { type D, e as f } from "./c.js";
    import * as all from "node:fs";
    export * from "./d.js";
    export type { G } from "./e.js";
    import "./f.js";
    const h = await import("./g.js");
    const worker = new URL("./h.js", import.meta.url);`;
  expect(importsOf(stripSource(source)).map(({ specifier, typeOnly, values }) => [specifier, typeOnly, ...values])).toEqual([
    ["./a.js", true], ["./b.js", true], ["./c.js", false, "e"], ["node:fs", false], ["./d.js", false], ["./e.js", true],
    ["./f.js", false], ["./g.js", false], ["./h.js", false],
  ]);
});

test("a cycle is found wherever the walk begins", () => {
  const graph = new Map([["start", ["a"]], ["a", ["b"]], ["b", ["c", "d"]], ["c", ["a"]], ["d", []]]);
  expect(findCycles(graph)).toEqual([["a", "b", "c", "a"]]);
  expect(findCycles(new Map([["a", ["b"]], ["b", []]]))).toEqual([]);
});

test("functions are measured from their opening line to their closing brace", () => {
  const code = "export function f(): void {\n  if (a) {\n  }\n}\nclass A {\n  m(b: string) {\n  }\n}\nconst g = () => {\n};";
  expect(functionSizes(code).map(({ name, lines }) => [name, lines])).toEqual([["f", 4], ["m", 2], ["g", 2]]);
});
