// Stored rows as a reader gets them: rows below the reader's floor keep their seq and lose their content (P7).
import { type ReceiverType, type Row } from "@parlance/proto/messaging/v1/message";
import { messageOf } from "./access.js";
import { partsOf } from "../domain/conversation.js";
import type { StoredRow } from "../store/ports.js";

/** Rows up to the first number that is missing. */
export function densePrefix(rows: readonly StoredRow[], afterSeq: number): readonly StoredRow[] {
  const gap = rows.findIndex((row, i) => row.seq !== afterSeq + i + 1);
  return gap === -1 ? rows : rows.slice(0, gap);
}

export function rowOf(row: StoredRow, floorSeq: number): Row {
  const type: ReceiverType = partsOf(row.conversation.ref).type;
  const base = { seq: row.seq, conversationId: row.label, receiverType: type };
  const hidden = row.seq <= floorSeq;
  if (hidden || row.kind === "void") return { ...base, body: { $case: "void", value: { hidden } } };
  return { ...base, body: { $case: "message", value: messageOf(row) } };
}
