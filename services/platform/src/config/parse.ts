import type { EnumSetting, HostPort, IntSetting, Setting, StringSetting } from "./setting.js";

/** A value, or what was expected instead. */
export type Parsed = { readonly value: unknown } | { readonly expected: string };

function range({ min, max }: IntSetting): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}

function parseInt10(text: string, setting: IntSetting): Parsed {
  const value = /^[+-]?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = setting;
  return value >= min && value <= max ? { value } : { expected: `a whole number${range(setting)}` };
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true, "1": true, yes: true, on: true, false: false, "0": false, no: false, off: false,
};

function parseBool(text: string): Parsed {
  const value = Object.hasOwn(BOOLEANS, text.toLowerCase()) ? BOOLEANS[text.toLowerCase()] : undefined;
  return value === undefined ? { expected: "true or false" } : { value };
}

function parseString(text: string, { minLen = 0 }: StringSetting): Parsed {
  return text.length >= minLen ? { value: text } : { expected: `at least ${minLen} characters` };
}

/** Undefined when it is not an address. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[^\s:/[\]]*)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.["port"] ?? Number.NaN);
  if (!(port <= 65_535)) return undefined;
  return { host: match?.groups?.["v6"] ?? (match?.groups?.["name"] || "0.0.0.0"), port };
}

function parseAddress(text: string): Parsed {
  const value = parseHostPort(text);
  return value === undefined ? { expected: "host:port" } : { value: Object.freeze(value) };
}

function listOf(text: string): readonly string[] {
  return Object.freeze(text.split(",").map((item) => item.trim()).filter((item) => item !== ""));
}

function parseEnum(text: string, { values }: EnumSetting): Parsed {
  return values.includes(text) ? { value: text } : { expected: `one of ${values.join(", ")}` };
}

export function parseSetting(setting: Setting, text: string): Parsed {
  switch (setting.type) {
    case "string": return parseString(text, setting);
    case "path": return { value: text };
    case "int": return parseInt10(text, setting);
    case "bool": return parseBool(text);
    case "enum": return parseEnum(text, setting);
    case "list": return { value: listOf(text) };
    case "hostport": return parseAddress(text);
  }
}
