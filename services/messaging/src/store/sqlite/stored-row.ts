import type { AppId, Uid } from "@parlance/platform/ids";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { ConversationRef } from "../../domain/conversation.js";
import type { StoredRow } from "../ports.js";
import { MESSAGE_KIND } from "./packed-rows.js";

/** Columns of a row joined with its conversation; every SELECT of rows uses this list. */
export const ROW_COLUMNS = `r.n, r.seq, r.id, r.sender, r.muid, r.fingerprint, r.kind, r.sent_at, r.target, r.member, r.body,
  c.app, c.ref, c.label`;

export interface RowRecord {
  readonly n: number;
  readonly seq: number;
  readonly id: number;
  readonly sender: string;
  readonly muid: string | null;
  readonly fingerprint: string;
  readonly kind: number;
  readonly sent_at: number;
  readonly target: number | null;
  readonly member: string | null;
  readonly body: Uint8Array;
  readonly app: string;
  readonly ref: string;
  readonly label: string;
}

/** A row with the present state of the message it changed. */
export function storedRow(db: SqliteConnection, record: RowRecord): StoredRow {
  return {
    conversation: { app: record.app as AppId, ref: record.ref as ConversationRef },
    label: record.label,
    seq: record.seq,
    id: record.id,
    kind: record.kind === MESSAGE_KIND ? "message" : "void",
    sender: record.sender as Uid,
    muid: record.muid ?? undefined,
    fingerprint: record.fingerprint,
    sentAtMs: record.sent_at,
    body: record.body,
    target: record.target === null ? undefined : bodyOf(db, record.target),
    memberUid: (record.member ?? undefined) as Uid | undefined,
    position: record.n,
  };
}

export function bodyOf(db: SqliteConnection, id: number): Uint8Array | undefined {
  return db.sql("SELECT body FROM messaging_rows WHERE id = ?").get<{ body: Uint8Array }>(id)?.body;
}

export function handleOf(db: SqliteConnection, app: string, ref: string): number | undefined {
  return db.sql("SELECT handle FROM messaging_conversations WHERE app = ? AND ref = ?").get<{ handle: number }>(app, ref)?.handle;
}

export function headOf(db: SqliteConnection, handle: number): { seq: number; id: number } {
  const top = db.sql("SELECT seq, id FROM messaging_rows WHERE conv = ? ORDER BY seq DESC LIMIT 1")
    .get<{ seq: number; id: number }>(handle);
  return top ?? { seq: 0, id: 0 };
}
