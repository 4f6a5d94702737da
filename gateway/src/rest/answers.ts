import { gzip } from "node:zlib";
import { promisify } from "node:util";
import type { HttpAnswer, RequestHead } from "../ws/transport.js";
import type { CallState } from "./answer-call.js";
import type { Success } from "./routes/route.js";

export const JSON_TYPE = "application/json; charset=utf-8";
/** Stands in every answer of REST. */
export const ALWAYS = { "cache-control": "no-store", "x-content-type-options": "nosniff", "content-type": JSON_TYPE };

const GZIP_BYTES_MIN = 1_024;
const IGNORED_MAX = 20;
const SAFE_NAME = /^[A-Za-z0-9_.-]{1,100}$/;
const zip = promisify(gzip);

export function successBody({ data, meta, cursor }: Success): string {
  return JSON.stringify({ data, ...(meta === undefined ? {} : { meta }), ...(cursor === undefined ? {} : { cursor }) });
}

/** Headers that tell of the limits of a call and of what it gave in vain. */
export function callHeaders({ allowance, ignored }: CallState): Record<string, string> {
  const named = ignored.filter((name) => SAFE_NAME.test(name)).slice(0, IGNORED_MAX);
  return {
    ...(allowance === undefined ? {} : { "x-rate-limit": String(allowance.limit), "x-rate-limit-remaining": String(allowance.remaining) }),
    ...(named.length === 0 ? {} : { "x-ignored-fields": named.join(",") }),
  };
}

/** Whether gzip is among what the client takes. */
function takesGzip(head: RequestHead): boolean {
  const offered = (head.header("accept-encoding") ?? "").toLowerCase().split(",").map((each) => each.trim().replaceAll(" ", ""));
  const weight = (each: string) => (each.startsWith("gzip;q=") ? Number(each.slice("gzip;q=".length)) : 0);
  return offered.some((each) => each === "gzip" || each === "*" || weight(each) > 0);
}

/** Compresses what is worth it. */
export async function compressed(head: RequestHead, answer: HttpAnswer): Promise<HttpAnswer> {
  const { body = "", headers = {} } = answer;
  if (Buffer.byteLength(body) <= GZIP_BYTES_MIN || !takesGzip(head)) return answer;
  return { ...answer, headers: { ...headers, "content-encoding": "gzip", vary: "accept-encoding" }, body: await zip(body) };
}
