import type { Stripped } from "./strip-source.js";

/** One import, re-export or file reference of a source file. */
export interface Import {
  /** As written: `./x.js`, `@parlance/platform/time`, `ws`. */
  readonly specifier: string;
  /** Nothing of it is there at run time. */
  readonly typeOnly: boolean;
  /** Names imported as values; empty for whole-module imports. */
  readonly values: readonly string[];
}

const statement = /\b(?:import|export)\s+(type\s+)?([^'"`;]*?)\s*\bfrom\s*["']([^"']+)["']/g;
const sideEffect = /\bimport\s*["']([^"']+)["']/g;
const dynamic = /\bimport\(\s*["']([^"']+)["']\s*\)/g;
/** How a file names the worker or module that it hands to a thread. */
const fileReference = /new URL\(\s*["'](\.[^"']+\.js)["']\s*,\s*import\.meta\.url/g;

/** Reads imports by regular expression, leaving out what only looks like one inside a string or comment. */
export function importsOf({ withStrings, code }: Stripped): Import[] {
  const found = (pattern: RegExp) => [...withStrings.matchAll(pattern)].filter(({ index }) => code.charAt(index) !== " ");
  const statements = found(statement).map(([, type, clause = "", specifier = ""]): Import => {
    const named = namesOf(clause);
    const values = type === undefined ? named.filter((name) => !name.startsWith("type ")) : [];
    const whole = type === undefined && (named.length === 0 || !clause.trim().startsWith("{"));
    return { specifier, typeOnly: !whole && values.length === 0, values: values.map((name) => name.split(/\s+as\s+/)[0] ?? name) };
  });
  const others = [sideEffect, dynamic, fileReference].flatMap((pattern) => found(pattern)
    .map(([, specifier = ""]): Import => ({ specifier, typeOnly: false, values: [] })));
  return [...statements, ...others];
}

function namesOf(clause: string): string[] {
  const braces = /\{([^}]*)\}/.exec(clause)?.[1] ?? "";
  return braces.split(",").map((name) => name.trim()).filter((name) => name !== "");
}
