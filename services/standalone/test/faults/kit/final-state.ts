// The end of a run as the public protocol shows it: every log through ListRows, read by everybody who is in it.
import type { Dump, FinalHistory, Json, StoredConversation, StoredRow, StoredView } from "@parlance/platform/testing";
import { PAGE_ROWS } from "./chat-client.js";
import { addressOf, conversationName, type Place } from "./places.js";
import { list, object, storedRow } from "./rows.js";

/** A call that must succeed, by one user. */
export type CallAs = (uid: string, method: string, request: Json) => Promise<Json>;

export interface KnownConversation {
  /** Who is in it at the end, and how each addresses it. */
  readonly readers: readonly { readonly uid: string; readonly place: Place }[];
  readonly founders?: readonly string[];
}

/** `pageRows`: fewer where rows are large. */
export async function finalState(
  app: string, at: number, known: readonly KnownConversation[], call: CallAs, pageRows = PAGE_ROWS,
): Promise<Dump> {
  const conversations: StoredConversation[] = [];
  for (const each of known) conversations.push(await conversationOf(app, each, { call, pageRows }));
  return { at, conversations };
}

interface Reading {
  readonly call: CallAs;
  readonly pageRows: number;
}

async function conversationOf(app: string, { readers, founders }: KnownConversation, reading: Reading): Promise<StoredConversation> {
  const [first] = readers;
  if (first === undefined) throw new Error("nobody can read this conversation");
  const finalHistories: FinalHistory[] = [];
  const views: StoredView[] = [];
  let stored: readonly StoredRow[] = [];
  let head = 0;
  for (const { uid, place } of readers) {
    const log = await wholeLog(uid, place, reading);
    if (uid === first.uid) [stored, head] = [log.rows, log.head];
    // A log without rows is nobody's conversation yet.
    if (head === 0) continue;
    const view = await viewOf(uid, place, reading);
    views.push(view.view);
    finalHistories.push({
      uid, floor: view.floor, rows: log.rows.filter(({ kind }) => kind !== "void").map(({ seq, id }) => ({ seq, id })),
    });
  }
  return {
    app, conversation: conversationName(app, first.uid, first.place), head, rows: stored, finalHistories, views,
    ...(founders === undefined ? {} : { founders }),
  };
}

async function wholeLog(uid: string, place: Place, { call, pageRows }: Reading): Promise<{ rows: readonly StoredRow[]; head: number }> {
  const rows: StoredRow[] = [];
  for (;;) {
    const afterSeq = rows.at(-1)?.seq ?? 0;
    const page = await call(uid, "messaging.ListRows", { ...addressOf(place), afterSeq, pageSize: pageRows });
    const got = list(page["rows"]).map(storedRow);
    rows.push(...got);
    if (got.length < pageRows) return { rows, head: Number(page["head"] ?? 0) };
  }
}

async function viewOf(uid: string, place: Place, { call }: Reading): Promise<{ view: StoredView; floor: number }> {
  const { receiverType, receiverId } = addressOf(place);
  const answer = await call(uid, "messaging.GetConversation", { conversationType: receiverType, conversationWith: receiverId });
  const view = object(answer["conversation"]) ?? {};
  const number = (field: string): number => Number(view[field] ?? 0);
  return {
    floor: number("floorSeq"),
    view: {
      uid, deliveredSeq: number("deliveredSeq"), readSeq: number("readSeq"), unreadAfterSeq: number("unreadAfterSeq"),
      unread: number("unreadMessageCount"),
    },
  };
}
