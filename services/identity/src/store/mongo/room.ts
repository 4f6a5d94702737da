import { endsAtMs, isExpired, usedAtMs, type TokenRecord } from "../../domain/token.js";
import type { TokenRules } from "../ports.js";
import type { TokenDoc, UserDoc } from "./documents.js";
import { tokenOf } from "./stored.js";

/** So long a token that has ended is still told from one that never was. */
const ENDED_KEPT_MS = 30 * 86_400_000;
/** And so many of them, the last that ended: the document must not grow with every short-lived token. */
const ENDED_MAX = 100;
/** After the limit was lowered, the surplus goes in steps that fit among the facts of a document. */
const REMOVED_AT_ONCE = 8;

/** Makes room for one more token: what stays, oldest first, and the live ones that must go. */
export function makeRoom(
  doc: UserDoc, rules: TokenRules,
): { readonly kept: readonly TokenDoc[]; readonly removed: readonly TokenRecord[] } {
  const { nowMs, idleMs, liveMax } = rules;
  const all = doc.tokens.map((stored) => ({ stored, token: tokenOf(stored, doc) }));
  const live = all.filter(({ token }) => !isExpired(token, rules));
  const surplus = Math.min(REMOVED_AT_ONCE, Math.max(0, live.length - liveMax + 1));
  const removed = live.toSorted((one, other) => usedAtMs(one.token) - usedAtMs(other.token)).slice(0, surplus);
  const ended = all.filter(({ token }) => isExpired(token, rules) && endsAtMs(token, idleMs) + ENDED_KEPT_MS >= nowMs)
    .sort((one, other) => endsAtMs(other.token, idleMs) - endsAtMs(one.token, idleMs)).slice(0, ENDED_MAX);
  const stay = new Set([...live.filter((each) => !removed.includes(each)), ...ended]);
  return {
    kept: all.filter((each) => stay.has(each)).map(({ stored }) => stored),
    removed: removed.map(({ token }) => token),
  };
}
