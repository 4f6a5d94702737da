import { expect, test } from "vitest";
import { readSourceTree, type Source } from "./source-tree.js";

const tree = readSourceTree();

interface Ban {
  readonly word: RegExp;
  readonly instead: string;
  /** The places that exist to hide the word from all others. */
  readonly except?: RegExp;
}

// The SDK may not import the platform, so its clock and chance are files of its own. The load generator measures real time.
const clocks = /^services\/platform\/src\/time\/|^clients\/[^/]+\/src\/(.*\/)?(clock|time|timers)\.ts$|^bench\//;
const chance = /^services\/platform\/src\/(random|ids)\/|^clients\/[^/]+\/src\/(.*\/)?random\.ts$|^bench\//;

const inCode: readonly Ban[] = [
  { word: /\bprocess\.env\b/, instead: "a setting in config.ts", except: /^services\/platform\/src\/config\/|\/config\.ts$|^bench\// },
  { word: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b/, instead: "Clock", except: clocks },
  { word: /\bset(Timeout|Interval)\b/, instead: "Clock.after, Clock.every, Clock.sleep", except: clocks },
  { word: /\bMath\.random\b/, instead: "Random", except: chance },
  { word: /\brandom(UUID|Bytes|Int)\b|\bgetRandomValues\b/, instead: "Random or platform/ids", except: chance },
  { word: /\bprocess\.exit\b(?!Code)/, instead: "runMain", except: /^services\/platform\/src\/lifecycle\// },
  { word: /\bconsole\s*\./, instead: "Log", except: /^bench\// },
  { word: /\bexport\s+default\b/, instead: "a named export" },
  { word: /\bas\s+any\b|:\s*any\b|<any\b/, instead: "unknown and a check" },
  { word: /\.only\(/, instead: "a filter: npm test -- <file>" },
];
const inComments: readonly Ban[] = [
  { word: /@ts-(ignore|nocheck)\b/, instead: "a type that fits" },
];

function uses(bans: readonly Ban[], textOf: (source: Source) => string): string[] {
  return tree.flatMap((source) => textOf(source).split("\n").flatMap((line, index) => bans
    .filter(({ word, except }) => word.test(line) && except?.test(source.path) !== true)
    .map(({ word, instead }) => `${source.path}:${index + 1} uses ${word.exec(line)?.[0] ?? ""}; use ${instead}`)));
}

test("the banned words stand only where they are hidden from all others", () => {
  expect(uses(inCode, ({ code }) => code)).toEqual([]);
});

test("the compiler is not silenced", () => {
  const own = new URL(import.meta.url).pathname.split("/").at(-1)?.replace(".js", ".ts") ?? "";
  expect(uses(inComments, ({ path, text }) => (path.endsWith(`tidy/${own}`) ? "" : text))).toEqual([]);
});
