// What may leave the process in a log line: numbers, booleans, null, short strings, errors, and shallow lists and
// objects of them, except under names that say that the value is a secret or somebody's words. Ids of secrets
// (`tokenId`, `keyId`) may. Line breaks inside strings are escaped by the JSON form of a line.

import type { LogFields } from "./log.js";

const STRING_CHARACTERS_MAX = 512;
const STACK_CHARACTERS_MAX = 4_096;
const ITEMS_MAX = 50;
const DEPTH_MAX = 3;

const HIDDEN = "[hidden]";

/** The last word of a field's name decides: `authToken` is hidden, `tokenId` is not. */
const HIDDEN_LAST_WORDS: ReadonlySet<string> = new Set([
  "text", "texts", "token", "tokens", "key", "keys", "password", "passwords", "secret", "secrets", "authorization",
  "cookie", "cookies", "credential", "credentials", "body", "payload", "metadata", "data", "name", "names", "uri",
  "url", "apikey", "authtoken", "adminkey", "restapikey", "passphrase", "signature", "headers", "query",
]);

function isHidden(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().split(/[^a-z0-9]+/);
  return HIDDEN_LAST_WORDS.has(words.at(-1) ?? "");
}

/** User info of connection strings, which drivers like to repeat in their errors. */
function withoutCredentials(text: string): string {
  return text.replace(/:\/\/[^\s/@]+@/g, `://${HIDDEN}@`);
}

function cut(text: string, charactersMax: number): string {
  return text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text;
}

function safeError(error: Error, depth: number): Record<string, unknown> {
  const safe: Record<string, unknown> = {
    type: error.name,
    message: cut(withoutCredentials(error.message), STRING_CHARACTERS_MAX),
    stack: cut(withoutCredentials(error.stack ?? ""), STACK_CHARACTERS_MAX),
  };
  const code: unknown = (error as { code?: unknown }).code;
  if (typeof code === "string" || typeof code === "number") safe["code"] = code;
  if (error.cause !== undefined) safe["cause"] = safeValue(error.cause, depth + 1);
  return safe;
}

function safeValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string": return cut(withoutCredentials(value), STRING_CHARACTERS_MAX);
    case "number": return Number.isFinite(value) ? value : String(value);
    case "boolean": return value;
    case "bigint": return String(value);
    case "object": break;
    case "undefined": case "function": case "symbol": return undefined;
  }
  if (value === null) return null;
  if (depth > DEPTH_MAX) return "[deep]";
  if (value instanceof Error) return safeError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => safeValue(item, depth + 1));
  return safeObject(value as Record<string, unknown>, depth + 1);
}

function safeObject(fields: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields).slice(0, ITEMS_MAX)) {
    safe[name] = isHidden(name) && value !== undefined ? HIDDEN : safeValue(value, depth);
  }
  return safe;
}

/** The fields as they may be written. */
export function safeFields(fields: LogFields): Record<string, unknown> {
  return safeObject(fields, 0);
}
