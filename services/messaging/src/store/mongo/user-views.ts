// A user's views with the ends of their logs: what the list, and what a sync, begins with. A fixed number of reads, however
// many conversations there are.
import { LIST_MS } from "@parlance/platform/mongo";
import type { AppId, Uid } from "@parlance/platform/ids";
import { Category, ReceiverType } from "@parlance/proto/messaging/v1/message";
import { partsOf, peerOf, type ConversationRef } from "../../domain/conversation.js";
import type { StoredRow, ViewWithEnd } from "../ports.js";
import { rowKey, viewKey, type Log, type SlimRow, type ViewDoc } from "./documents.js";
import type { MongoParts } from "./parts.js";
import { chunks } from "./rows.js";
import { viewOf } from "./stored.js";

const LOOK_BACK = 20;
const PART = 500;

type Parts = Pick<MongoParts, "all" | "rows">;

/** A view with what its log and the other participant say of it. */
export interface UserView {
  readonly doc: ViewDoc;
  readonly log: Log;
  readonly head: number;
  /** The row there. */
  readonly top: SlimRow | undefined;
  /** Of a one-to-one conversation. */
  readonly peer: ViewDoc | undefined;
}

/** Views of conversations that a user is in. */
export function viewsOf({ all }: Parts, app: AppId, uid: string): Promise<ViewDoc[]> {
  return all.views.find({ a: app, u: uid }, { maxTimeMS: LIST_MS }).toArray().then((docs) => docs.filter(({ e }) => e));
}

/** Views with their ends, in the order given. */
export async function withHeads(parts: Parts, docs: readonly ViewDoc[]): Promise<UserView[]> {
  const logs = docs.map(({ a, h }) => ({ app: a, handle: h }));
  const keys = docs.map(peerKey);
  const [tops, peers] = await Promise.all([parts.rows.tops(logs), findViews(parts, keys.filter((key) => key !== undefined))]);
  return docs.map((doc, i) => ({ doc, log: logs[i]!, head: tops[i]!.head, top: tops[i]!.row, peer: keys[i] === undefined ? undefined : peers.get(keys[i]) }));
}

function peerKey(doc: ViewDoc): string | undefined {
  const parts = partsOf(doc.r as ConversationRef);
  return parts.type === ReceiverType.USER ? viewKey(doc.a, doc.h, peerOf(parts, doc.u as Uid)) : undefined;
}

async function findViews({ all }: Parts, keys: readonly string[]): Promise<Map<string, ViewDoc>> {
  const found = new Map<string, ViewDoc>();
  for (const part of chunks(keys)) {
    for (const doc of await all.views.find({ _id: { $in: part } }, { maxTimeMS: LIST_MS }).toArray()) found.set(doc._id, doc);
  }
  return found;
}

/** The kinds that move a conversation up and show as its last message (chat.md 15.3). */
function isActive({ n, c, t }: SlimRow): boolean {
  return n || c === Category.CALL || (c === Category.ACTION && t === "groupMember");
}

/** The newest row of these kinds that each view shows, in the order given. */
export async function lastActive(parts: Parts, views: readonly UserView[]): Promise<(SlimRow | undefined)[]> {
  const near = await parts.rows.slimByKeys(views.flatMap(({ log, head, doc }) => keysBack(log, head, Math.max(doc.fl, head - LOOK_BACK))));
  return Promise.all(views.map(async ({ log, head, doc }) => {
    const from = Math.max(doc.fl, head - LOOK_BACK);
    const found = keysBack(log, head, from).map((key) => near.get(key)).find((row) => row !== undefined && isActive(row));
    return found ?? lastActiveBelow(parts, log, from, doc.fl);
  }));
}

function keysBack({ app, handle }: Log, head: number, above: number): string[] {
  return Array.from({ length: Math.max(0, head - above) }, (_, i) => rowKey(app, handle, head - i));
}

async function lastActiveBelow(parts: Parts, log: Log, to: number, floor: number): Promise<SlimRow | undefined> {
  for (let top = to; top > floor; top -= PART) {
    const found = (await parts.rows.slimStretch(log, Math.max(floor + 1, top - PART + 1), top)).findLast(isActive);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Countable messages of others above the mark, not deleted: what chat.md 16.4 amounts to. Costs one step per unread row. */
export async function countUnread(parts: Parts, { doc, log, head }: UserView): Promise<number> {
  let unread = 0;
  for (let from = Math.max(doc.un, doc.fl) + 1; from <= head; from += PART) {
    const rows = await parts.rows.slimStretch(log, from, Math.min(head, from + PART - 1));
    unread += rows.filter((row) => row.n && !row.d && row.u !== doc.u).length;
  }
  return unread;
}

export async function withEnd(parts: Parts, view: UserView): Promise<ViewWithEnd> {
  const { doc, log, head, peer } = view;
  const [[active], unread, at] = await Promise.all([
    lastActive(parts, [view]), countUnread(parts, view),
    parts.rows.slimSeqs(log, [...new Set([head, doc.re, peer?.de ?? 0, peer?.re ?? 0])].filter((seq) => seq > 0)),
  ]);
  const idAt = (seq: number) => at.find(({ s }) => s === seq)?.i ?? 0;
  return {
    view: viewOf(doc), head, headId: head > doc.fl ? idAt(head) : 0, last: await rowOf(parts, active),
    activityAtMs: active?.at ?? doc.ca, unread, lastReadId: idAt(doc.re),
    peerDeliveredSeq: peer?.de ?? 0, peerReadSeq: peer?.re ?? 0, peerDeliveredId: idAt(peer?.de ?? 0), peerReadId: idAt(peer?.re ?? 0),
    peerMarkedAtMs: peer === undefined || peer.de === 0 ? 0 : peer.ua,
  };
}

async function rowOf(parts: Parts, slim: SlimRow | undefined): Promise<StoredRow | undefined> {
  if (slim === undefined) return undefined;
  return (await parts.rows.stored([...(await parts.rows.byKeys([slim._id])).values()]))[0];
}

