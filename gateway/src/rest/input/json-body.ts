// JSON of a body as rest.md 2.7 takes it. What no parser should see is refused on the text, the rest on the value: keys that
// become prototypes, numbers that a double cannot hold, characters that stores and terminals do not carry.

import { fail, type AppError } from "@parlance/platform/errors";
import { nestsDeeper } from "@parlance/platform/rpc";
import { isObject, lengthOf } from "../schema/index.js";

const ARRAY_MAX = 1_000;
const KEYS_MAX = 1_000;
const KEY_CHARACTERS_MAX = 256;
const POLLUTING: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const LONE_SURROGATE = /\p{Surrogate}/u;
const NUL = "\0";

export type JsonObject = Readonly<Record<string, unknown>>;

const decoder = () => new TextDecoder("utf-8", { fatal: true });

/** The object of a body; an empty body is an empty object. Throws ERR_BAD_REQUEST with what is wrong and where. */
export function jsonBody(bytes: Uint8Array): JsonObject {
  if (bytes.byteLength === 0) return {};
  const text = textOf(bytes);
  if (nestsDeeper(text)) throw refusal("body", "nests deeper than 32 levels");
  const value = parsed(text);
  if (!isObject(value)) throw refusal("body", "is not an object");
  checkObject(value, "");
  return value;
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder().decode(bytes);
  } catch {
    throw refusal("body", "is not UTF-8");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refusal("body", "is not JSON");
  }
}

function checkObject(value: JsonObject, prefix: string): void {
  const entries = Object.entries(value);
  if (entries.length > KEYS_MAX) throw refusal(prefix, `has more than ${KEYS_MAX} keys`);
  for (const [key, inner] of entries) {
    if (POLLUTING.has(key)) throw refusal(prefix + key, "is not allowed");
    if (lengthOf(key) > KEY_CHARACTERS_MAX) throw refusal(prefix, `has a key longer than ${KEY_CHARACTERS_MAX}`);
    checkValue(inner, prefix + key);
  }
}

function checkValue(value: unknown, path: string): void {
  if (typeof value === "string") checkText(value, path);
  else if (typeof value === "number") checkNumber(value, path);
  else if (Array.isArray(value)) {
    if (value.length > ARRAY_MAX) throw refusal(path, `has more than ${ARRAY_MAX} elements`);
    value.forEach((item, index) => checkValue(item, `${path}[${index}]`));
  } else if (isObject(value)) checkObject(value, `${path}.`);
}

/** Also for what comes in paths and queries. */
export function checkText(value: string, path: string): void {
  if (value.includes(NUL)) throw refusal(path, "contains NUL");
  if (LONE_SURROGATE.test(value)) throw refusal(path, "is not well-formed text");
}

function checkNumber(value: number, path: string): void {
  if (!Number.isFinite(value)) throw refusal(path, "is not a finite number");
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw refusal(path, "is beyond 2^53-1");
}

const PATH_CHARACTERS_MAX = 200;

function refusal(path: string, text: string): AppError {
  const name = path.endsWith(".") ? path.slice(0, -1) : path;
  // A computed key defines a property, whatever it is called.
  return fail("ERR_BAD_REQUEST", undefined, { fields: { [name === "" ? "body" : name.slice(0, PATH_CHARACTERS_MAX)]: text } });
}
