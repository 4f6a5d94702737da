// What the contract suites need of an adapter, and rows to store.

import { appId, guid, uid } from "@parlance/platform/ids";
import { Category, Message } from "@parlance/proto/messaging/v1/message";
import { afterEach, beforeEach } from "vitest";
import { directRef, groupRef, labelOf, type ConversationId } from "../domain/conversation.js";
import type { MemberChange } from "../domain/member.js";
import type { AppendOutcome, HistoryStore, LogStore, NewRow, RowOutbox, ViewStore } from "../store/ports.js";

export interface StoreBench {
  readonly logs: LogStore & RowOutbox;
  readonly history: HistoryStore;
  readonly views: ViewStore;
  close(): Promise<void>;
}

export type OpenStores = () => Promise<StoreBench>;

/** A new store for every test. */
export function withStores(open: OpenStores): () => StoreBench {
  let stores: StoreBench;
  beforeEach(async () => {
    stores = await open();
  });
  afterEach(() => stores.close());
  return () => stores;
}

export const APP = appId("app");
export const OTHER_APP = appId("other-app");
export const [ALICE, BOB, CAROL] = [uid("alice"), uid("bob"), uid("carol")];
export const DIRECT: ConversationId = { app: APP, ref: directRef(ALICE, BOB) };
export const OTHER: ConversationId = { app: APP, ref: directRef(ALICE, CAROL) };
export const TEAM: ConversationId = { app: APP, ref: groupRef(guid("team")) };

type RowFields = Partial<Omit<NewRow, "body">> & { readonly text?: string };

let lastId = 1_000;

/** A row with fields that fit its seq; every call gives another id. */
export function aRow(seq: number, fields: RowFields = {}): NewRow {
  const { conversation = DIRECT, id = (lastId += 1), sender = ALICE, muid, sentAtMs = seq * 1_000, text = `text ${seq}` } = fields;
  const message = Message.fromPartial({
    id, seq, muid: muid ?? "", sender: { id: sender }, category: Category.MESSAGE, type: "text", sentAtMs,
    body: { $case: "text", value: { text } },
  });
  return {
    handle: 0, label: labelOf(conversation.ref), kind: "message", fingerprint: text, countable: true, countableNo: seq,
    category: Category.MESSAGE, type: "text", change: undefined, member: undefined, ...fields,
    conversation, seq, id, sender, muid, sentAtMs, body: Message.encode(message).finish(),
  };
}

/** Appends rows with the handle that the conversation has by now. */
export async function store({ logs }: StoreBench, ...rows: readonly NewRow[]): Promise<readonly AppendOutcome[]> {
  const [end] = await logs.ends([rows[0]!.conversation]);
  return logs.append(rows.map((row) => ({ ...row, handle: end!.handle, label: end!.label })));
}

export function joined(who: typeof ALICE, version: number, fields: Partial<MemberChange> = {}): MemberChange {
  return { uid: who, incarnation: "i1", version, scope: 1, sinceJoin: false, atMs: 500, ...fields };
}

export function textIn(body: Uint8Array | undefined): string | undefined {
  const message = body === undefined ? undefined : Message.decode(body);
  return message?.body?.$case === "text" ? message.body.value.text : undefined;
}

export function kindsOf(outcomes: readonly AppendOutcome[]): string[] {
  return outcomes.map(({ kind }) => kind);
}
