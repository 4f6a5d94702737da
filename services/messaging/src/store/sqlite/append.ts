// The append command: runs in the writer thread, inside the transaction of its batch.
import { Message } from "@parlance/proto/messaging/v1/message";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import { applyChange } from "../../domain/change.js";
import { conversationKey } from "../../domain/conversation.js";
import type { AppendOutcome, NewRow } from "../ports.js";
import { kindNumber, unpackRows, type PackedRows } from "./packed-rows.js";
import { bodyOf, ROW_COLUMNS, storedRow, type RowRecord } from "./stored-row.js";
import { createConversation } from "./conversation-write.js";
import { enterIncarnation, erasedAt } from "./erase.js";
import { changeMember } from "./view-write.js";

const INSERT = `INSERT OR IGNORE INTO messaging_rows (conv, seq, id, sender, muid, fingerprint, kind, category, type,
  countable, countable_no, sent_at, deleted, target, change, member, body)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13, ?14, ?15, ?16
  WHERE EXISTS (SELECT 1 FROM messaging_conversations WHERE handle = ?1)`;

/** Fast path of a batch: one INSERT per row; anything refused is sorted out by looking (W11). */
export function append(db: SqliteConnection, packed: PackedRows): AppendOutcome[] {
  const outcomes: AppendOutcome[] = [];
  const stopped = new Set<string>();
  const known = new Map<string, number>();
  for (const row of unpackRows(packed)) {
    const key = conversationKey(row.conversation);
    if (stopped.has(key)) {
      outcomes.push({ kind: "skipped" });
      continue;
    }
    const outcome = appendRow(db, row, key, known);
    if (outcome.kind !== "committed") stopped.add(key);
    outcomes.push(outcome);
  }
  return outcomes;
}

function appendRow(db: SqliteConnection, row: NewRow, key: string, known: Map<string, number>): AppendOutcome {
  if (row.member !== undefined) {
    if (enterIncarnation(db, row.conversation, row.member.incarnation) === "gone") return { kind: "refused" };
    known.delete(key);
  }
  // A handle the writer has is taken at its word: handles are never used again, and the INSERT looks whether it is there.
  const trusted = row.handle !== 0 && row.member === undefined ? row.handle : undefined;
  const handle = known.get(key) ?? trusted ?? openConversation(db, row);
  if (typeof handle !== "number") return { kind: handle };
  known.set(key, handle);
  if (row.change !== undefined && !mayApply(db, row)) return resolveRefusal(db, row, handle) ?? { kind: "refused" };
  const inserted = db.sql(INSERT).run(
    handle, row.seq, row.id, row.sender, row.muid ?? null, row.fingerprint, kindNumber(row.kind), row.category, row.type,
    row.countable ? 1 : 0, row.countableNo, row.sentAtMs, row.change?.messageId ?? null, row.change?.kind ?? null,
    row.member?.uid ?? null, row.body,
  );
  if (inserted.changes === 0) return resolveRefusal(db, row, handle) ?? { kind: "fence" };
  const target = row.change === undefined ? undefined : applyToTarget(db, row);
  if (row.member !== undefined) changeMember(db, handle, row.conversation.app, row.member, row.seq - 1);
  return { kind: "committed", position: Number(inserted.lastInsertRowid), handle, target };
}

/** The conversation's handle; makes it with both views on the first row. `fence`: it is not what the writer thinks. */
function openConversation(db: SqliteConnection, row: NewRow): number | "fence" | "refused" {
  const { conversation } = row;
  const found = db.sql("SELECT handle FROM messaging_conversations WHERE app = ? AND ref = ?")
    .get<{ handle: number }>(conversation.app, conversation.ref);
  if (found !== undefined) return row.handle === 0 && row.seq > 1 ? "fence" : handleIfExpected(row, found.handle);
  if (row.handle !== 0 || row.seq !== 1) return "fence";
  // A group that was deleted comes back with a member, not with a message that was under way.
  if (row.member === undefined && erasedAt(db, conversation.app, conversation.ref) !== undefined) return "refused";
  const made = { conversation, label: row.label, incarnation: row.member?.incarnation ?? "", atMs: row.sentAtMs };
  return createConversation(db, made) ?? "fence";
}

function handleIfExpected(row: NewRow, handle: number): number | "fence" {
  // handle 0 means the writer believed there is none: the fence on seq 1 decides whether someone was faster.
  return row.handle === 0 || row.handle === handle ? handle : "fence";
}

function resolveRefusal(db: SqliteConnection, row: NewRow, handle: number): AppendOutcome | undefined {
  const bySeq = find(db, "r.conv = ? AND r.seq = ?", handle, row.seq);
  if (bySeq?.id === row.id) {
    const target = bySeq.target === null ? undefined : bodyOf(db, bySeq.target);
    return { kind: "committed", position: bySeq.n, handle, target };
  }
  if (row.muid !== undefined) {
    const byMuid = find(db, "r.conv = ? AND r.sender = ? AND r.muid = ?", handle, row.sender, row.muid);
    if (byMuid !== undefined) return { kind: "duplicate", existing: storedRow(db, byMuid) };
  }
  if (bySeq !== undefined) return { kind: "fence" };
  return find(db, "r.id = ?", row.id) === undefined ? undefined : { kind: "idTaken" };
}

function find(db: SqliteConnection, where: string, ...params: (string | number)[]): RowRecord | undefined {
  return db.sql(`SELECT ${ROW_COLUMNS} FROM messaging_rows r JOIN messaging_conversations c ON c.handle = r.conv WHERE ${where}`)
    .get<RowRecord>(...params);
}

function mayApply(db: SqliteConnection, row: NewRow): boolean {
  const target = db.sql("SELECT deleted FROM messaging_rows WHERE id = ?").get<{ deleted: number }>(row.change!.messageId);
  return target !== undefined && target.deleted === 0;
}

function applyToTarget(db: SqliteConnection, row: NewRow): Uint8Array | undefined {
  const change = row.change!;
  const before = bodyOf(db, change.messageId);
  if (before === undefined) return undefined;
  const after = applyChange(Message.decode(before), change, row);
  if (after === undefined) return before;
  const body = Message.encode(after).finish();
  db.sql("UPDATE messaging_rows SET body = ?, deleted = ? WHERE id = ?").run(body, after.deletedAtMs > 0 ? 1 : 0, change.messageId);
  return body;
}
