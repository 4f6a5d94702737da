// Commands that make and erase conversations.
import { createHash } from "node:crypto";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SYSTEM_UID } from "@parlance/platform/ids";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import { partsOf, type ConversationId } from "../../domain/conversation.js";
import type { MemberChange } from "../../domain/member.js";
import { handleOf, headOf } from "./stored-row.js";
import { changeMember, insertView } from "./view-write.js";

/** Undefined when the label was taken meanwhile: the writer reads the end again and gets another. */
export function createConversation(
  db: SqliteConnection, conversation: ConversationId, label: string, atMs: number,
): number | undefined {
  const { app, ref } = conversation;
  const made = db.sql("INSERT OR IGNORE INTO messaging_conversations (app, ref, label) VALUES (?, ?, ?)").run(app, ref, label);
  if (made.changes === 0) return undefined;
  const handle = Number(made.lastInsertRowid);
  const parts = partsOf(ref);
  if (parts.type === ReceiverType.USER) {
    for (const uid of [parts.low, parts.high]) {
      if (uid !== SYSTEM_UID) insertView(db, handle, app, uid, { scope: 0, version: 0, floor: 0, marks: 0, atMs });
    }
  }
  return handle;
}

/** A label that no other conversation of the app has. */
export function freeLabel(db: SqliteConnection, app: string, ref: string, wanted: string): string {
  const taken = db.sql("SELECT ref FROM messaging_conversations WHERE app = ? AND label = ?").get<{ ref: string }>(app, wanted);
  if (taken === undefined || taken.ref === ref) return wanted;
  return `${wanted}-${createHash("sha256").update(ref).digest("hex").slice(0, 8)}`;
}

export interface ApplyMemberArgs {
  readonly conversation: ConversationId;
  readonly label: string;
  readonly change: MemberChange;
}

/** A membership change that leaves no row. */
export function applyMember(db: SqliteConnection, args: ApplyMemberArgs): void {
  const { conversation, change } = args;
  const { app, ref } = conversation;
  const label = freeLabel(db, app, ref, args.label);
  const handle = handleOf(db, app, ref) ?? createConversation(db, conversation, label, change.atMs);
  if (handle !== undefined) changeMember(db, handle, app, change, headOf(db, handle).seq);
}

/** Rows and views go too; the ref is free, the handle is never used again. */
export function erase(db: SqliteConnection, conversation: ConversationId): void {
  const handle = handleOf(db, conversation.app, conversation.ref);
  if (handle === undefined) return;
  db.sql("DELETE FROM messaging_rows WHERE conv = ?").run(handle);
  db.sql("DELETE FROM messaging_views WHERE conv = ?").run(handle);
  db.sql("DELETE FROM messaging_conversations WHERE handle = ?").run(handle);
}
