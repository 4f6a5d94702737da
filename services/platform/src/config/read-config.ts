import { ConfigError } from "./config-error.js";
import { readSecretFile, type Environment, type ReadSecretFile } from "./environment.js";
import { nearest } from "./nearest.js";
import { parseHostPort, parseSetting } from "./parse.js";
import type { ConfigOf, Declaration, Setting } from "./setting.js";

export interface ReadConfigOptions {
  /** Settings of other processes that share the environment: allowed, not read. */
  readonly others?: readonly Declaration[];
  readonly readFile?: ReadSecretFile;
}

/** All values of several declarations together. */
export type ConfigOfAll<Ds extends readonly Declaration[]> =
  Ds extends readonly [infer First extends Declaration, ...infer Rest extends readonly Declaration[]]
    ? ConfigOf<First> & ConfigOfAll<Rest>
    : unknown;

interface Source {
  readonly env: Environment;
  readonly readFile: ReadSecretFile;
  readonly problems: string[];
}

const FILE = "_FILE";

/** The text given for a setting; empty counts as not given: compose files make that of unset variables. */
function textOf(setting: Setting, { env, readFile, problems }: Source): string | undefined {
  const text = env[setting.env] || undefined;
  const path = setting.secret === true ? env[setting.env + FILE] || undefined : undefined;
  if (path === undefined) return text;
  if (text !== undefined) {
    problems.push(`${setting.env} and ${setting.env}${FILE} are both set: expected one of them`);
    return undefined;
  }
  try {
    return readFile(path).trimEnd();
  } catch {
    problems.push(`${setting.env}${FILE} names a file that cannot be read: expected a readable file`);
    return undefined;
  }
}

function defaultOf(setting: Setting): unknown {
  if (setting.type === "hostport" && setting.default !== undefined) return parseHostPort(setting.default);
  return setting.default;
}

function valueOf(setting: Setting, source: Source): unknown {
  const before = source.problems.length;
  const text = textOf(setting, source);
  if (source.problems.length > before) return undefined;
  if (text === undefined) {
    if (setting.default !== undefined || setting.optional === true) return defaultOf(setting);
    source.problems.push(`${setting.env} is not set: expected a value. ${setting.doc}`);
    return undefined;
  }
  const parsed = parseSetting(setting, text);
  if ("value" in parsed) return parsed.value;
  const shown = setting.secret === true ? "has a value (not shown)" : `is ${JSON.stringify(text.slice(0, 100))}`;
  source.problems.push(`${setting.env} ${shown}: expected ${parsed.expected}`);
  return undefined;
}

function namesOf(declarations: readonly Declaration[]): Set<string> {
  const names = new Set<string>();
  for (const setting of declarations.flatMap((declaration) => Object.values(declaration))) {
    names.add(setting.env);
    if (setting.secret === true) names.add(setting.env + FILE);
  }
  return names;
}

function unknownNames(env: Environment, known: ReadonlySet<string>): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith("PARLANCE_") && !known.has(name))
    .sort()
    .map((name) => {
      const meant = nearest(name, known);
      const advice = meant === undefined ? "expected it to be absent" : `did you mean ${meant}?`;
      return `${name} is not a setting: ${advice}`;
    });
}

/**
 * Reads all settings of a process. Throws a ConfigError that lists every problem: values that do not fit,
 * required ones that are missing, and variables that look like ours but are not.
 */
export function readConfig<const Ds extends readonly Declaration[]>(
  declarations: Ds,
  env: Environment,
  { others = [], readFile = readSecretFile }: ReadConfigOptions = {},
): ConfigOfAll<Ds> {
  const source: Source = { env, readFile, problems: [] };
  const config: Record<string, unknown> = {};
  const read = new Map<string, Setting>();
  for (const [key, setting] of declarations.flatMap((declaration) => Object.entries(declaration))) {
    const known = read.get(key);
    if (known === setting) continue;
    if (known !== undefined) throw new Error(`two settings are called ${key}`);
    read.set(key, setting);
    config[key] = valueOf(setting, source);
  }
  const problems = [...source.problems, ...unknownNames(env, namesOf([...declarations, ...others]))];
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config) as ConfigOfAll<Ds>;
}
