import { fail } from "../errors/index.js";

export type TokenValue = string | number;

const TOKEN_CHARACTERS_MAX = 2_048;
const VALUES_MAX = 8;

function refuse() {
  return fail("ERR_BAD_REQUEST", undefined, { fields: { pageToken: "is not a token of this list" } });
}

function isTokenValue(value: unknown): value is TokenValue {
  return typeof value === "string" || (typeof value === "number" && Number.isSafeInteger(value));
}

/**
 * A page token: where the next page starts, as an opaque string. It is not signed: it may hold nothing that its
 * caller may not know or choose, and every read checks rights anew.
 */
export function encodeToken(values: readonly TokenValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/** What `encodeToken` was given; throws ERR_BAD_REQUEST for anything else. See `pageStart` for their types. */
export function decodeToken(token: string): readonly TokenValue[] {
  if (token.length > TOKEN_CHARACTERS_MAX) throw refuse();
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    throw refuse();
  }
  if (!Array.isArray(values) || values.length > VALUES_MAX || !values.every(isTokenValue)) throw refuse();
  return values;
}

type Values<Shape extends readonly ("string" | "number")[]> = {
  readonly [K in keyof Shape]: Shape[K] extends "string" ? string : number;
};

/**
 * The start of a page: undefined for the first one (empty token), else the token's values, which must be of the
 * types in `shape`, one for one. `const start = pageStart(request.pageToken, "number", "string")`.
 */
export function pageStart<const Shape extends readonly ("string" | "number")[]>(
  token: string,
  ...shape: Shape
): Values<Shape> | undefined {
  if (token === "") return undefined;
  const values = decodeToken(token);
  const fits = values.length === shape.length && values.every((value, index) => typeof value === shape[index]);
  if (!fits) throw refuse();
  return values as unknown as Values<Shape>;
}
