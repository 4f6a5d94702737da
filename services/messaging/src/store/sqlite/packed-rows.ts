import type { Change } from "../../domain/change.js";
import type { ConversationRef } from "../../domain/conversation.js";
import type { MemberChange } from "../../domain/member.js";
import type { AppId, Uid } from "@parlance/platform/ids";
import type { NewRow, RowKind } from "../ports.js";

/** Rows as columns and one buffer: that crosses the thread border at a fraction of the cost of as many objects. */
export interface PackedRows {
  readonly apps: string[];
  readonly refs: string[];
  readonly labels: string[];
  readonly senders: string[];
  readonly muids: (string | null)[];
  readonly fingerprints: string[];
  readonly types: string[];
  /** NUMBERS per row: handle, seq, id, kind, category, countable, countableNo, sentAt, length of body. */
  readonly numbers: number[];
  readonly bytes: Uint8Array;
  readonly changes: (Change | null)[] | null;
  readonly members: (MemberChange | null)[] | null;
}

const NUMBERS = 9;
export const MESSAGE_KIND = 1;
export const VOID_KIND = 0;

export function kindNumber(kind: RowKind): number {
  return kind === "message" ? MESSAGE_KIND : VOID_KIND;
}

export function packRows(rows: readonly NewRow[]): PackedRows {
  let size = 0;
  for (const row of rows) size += row.body.length;
  const bytes = new Uint8Array(size);
  const numbers: number[] = [];
  let at = 0;
  for (const row of rows) {
    numbers.push(
      row.handle, row.seq, row.id, kindNumber(row.kind), row.category, row.countable ? 1 : 0, row.countableNo,
      row.sentAtMs, row.body.length,
    );
    bytes.set(row.body, at);
    at += row.body.length;
  }
  return {
    apps: rows.map((row) => row.conversation.app),
    refs: rows.map((row) => row.conversation.ref),
    labels: rows.map((row) => row.label),
    senders: rows.map((row) => row.sender),
    muids: rows.map((row) => row.muid ?? null),
    fingerprints: rows.map((row) => row.fingerprint),
    types: rows.map((row) => row.type),
    numbers,
    bytes,
    changes: rows.some((row) => row.change) ? rows.map((row) => row.change ?? null) : null,
    members: rows.some((row) => row.member) ? rows.map((row) => row.member ?? null) : null,
  };
}

export function* unpackRows(packed: PackedRows): Generator<NewRow> {
  let start = 0;
  for (let i = 0; i < packed.refs.length; i += 1) {
    const [handle, seq, id, kind, category, countable, countableNo, sentAtMs, length] =
      packed.numbers.slice(i * NUMBERS, (i + 1) * NUMBERS) as [number, number, number, number, number, number, number, number, number];
    const end = start + length;
    yield {
      conversation: { app: packed.apps[i] as AppId, ref: packed.refs[i] as ConversationRef },
      handle, label: packed.labels[i]!, seq, id, kind: kind === MESSAGE_KIND ? "message" : "void",
      sender: packed.senders[i] as Uid, muid: packed.muids[i] ?? undefined, fingerprint: packed.fingerprints[i]!,
      countable: countable === 1, countableNo, sentAtMs, category, type: packed.types[i]!,
      body: packed.bytes.subarray(start, end),
      change: packed.changes?.[i] ?? undefined, member: packed.members?.[i] ?? undefined,
    };
    start = end;
  }
}
