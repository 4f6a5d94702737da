import { changeGuarded, LIST_MS, PENDING_MAX, reading } from "@parlance/platform/mongo";
import { appId } from "@parlance/platform/ids";
import { CLOSE_EXPIRED } from "../../domain/token.js";
import { tokenEnded } from "../sqlite/facts.js";
import type { Collections, UserDoc } from "./documents.js";
import { changedDoc, tokenOf } from "./stored.js";

/** Tells of tokens that ended, user by user, those with the oldest first. */
export async function endExpired(all: Collections, atMs: number, limit: number): Promise<number> {
  const due = all.users.find({ endsAtMs: { $lte: atMs } }, { maxTimeMS: LIST_MS, projection: { _id: 1 } });
  const ids = (await reading(due.sort({ endsAtMs: 1 }).limit(limit).toArray())).map(({ _id }) => _id);
  let ended = 0;
  for (const id of ids) {
    if (ended >= limit) break;
    ended += await endOf(all, id, { atMs, limit: limit - ended });
  }
  return ended;
}

interface Slice {
  readonly atMs: number;
  readonly limit: number;
}

async function endOf({ users, clock }: Collections, id: string, { atMs, limit }: Slice): Promise<number> {
  const told = await changeGuarded({ collection: users, clock }, id, (doc: UserDoc) => {
    const room = Math.min(limit, PENDING_MAX - doc.pending.length);
    const due = doc.tokens.filter(({ ended, expiresAtMs }) => !ended && expiresAtMs > 0 && expiresAtMs <= atMs)
      .sort((one, other) => one.expiresAtMs - other.expiresAtMs).slice(0, Math.max(0, room));
    if (due.length === 0) return { answer: 0 };
    const facts = due.map((token) => tokenEnded(appId(doc.app), {
      token: tokenOf(token, doc), closeCode: CLOSE_EXPIRED, atMs: token.expiresAtMs,
    }));
    const tokens = doc.tokens.map((token) => (due.includes(token) ? { ...token, ended: true } : token));
    return { next: changedDoc(doc, { tokens, facts, atMs }), answer: due.length };
  });
  return told ?? 0;
}
