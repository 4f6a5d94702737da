import { expect, test } from "vitest";
import { functionSizes } from "./function-sizes.js";
import { isTest, readSourceTree } from "./source-tree.js";

const fileLinesMax = 250;
const functionLinesMax = 60;

const lineCount = (text: string) => text.split("\n").length;

test("the sizes of files and functions are known, and the outliers are printed", () => {
  const tree = readSourceTree();
  const files = tree.filter(({ text }) => lineCount(text) > fileLinesMax).map(({ path, text }) => `${path}: ${lineCount(text)} lines`);
  const functions = tree.filter(({ path }) => !isTest(path)).flatMap(({ path, code }) => functionSizes(code)
    .filter(({ lines }) => lines > functionLinesMax).map(({ line, lines, name }) => `${path}:${line} ${name}: ${lines} lines`));
  const counts = tree.map(({ text }) => lineCount(text)).toSorted((one, other) => one - other);
  const at = (share: number) => counts[Math.floor(counts.length * share)] ?? 0;
  const summary = `${counts.length} files, median ${at(0.5)} lines, 90 % at most ${at(0.9)}`;
  process.stdout.write([`sizes: ${summary}`, ...files, ...functions].join("\n  ") + "\n");
  expect(counts.length).toBeGreaterThan(0);
});
