// Commands that make and erase conversations.
import { createHash } from "node:crypto";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SYSTEM_UID } from "@parlance/platform/ids";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import { partsOf, type ConversationId } from "../../domain/conversation.js";
import type { MemberChange } from "../../domain/member.js";
import { enterIncarnation } from "./erase.js";
import { handleOf, headOf } from "./stored-row.js";
import { changeMember, insertView } from "./view-write.js";

export interface NewConversation {
  readonly conversation: ConversationId;
  readonly label: string;
  /** Of a group. */
  readonly incarnation: string;
  readonly atMs: number;
}

/** Undefined when the label was taken meanwhile: the writer reads the end again and gets another. */
export function createConversation(db: SqliteConnection, made: NewConversation): number | undefined {
  const { app, ref } = made.conversation;
  const inserted = db.sql("INSERT OR IGNORE INTO messaging_conversations (app, ref, label, incarnation) VALUES (?, ?, ?, ?)")
    .run(app, ref, made.label, made.incarnation);
  if (inserted.changes === 0) return undefined;
  const handle = Number(inserted.lastInsertRowid);
  const parts = partsOf(ref);
  if (parts.type === ReceiverType.USER) {
    for (const uid of [parts.low, parts.high]) {
      if (uid !== SYSTEM_UID) insertView(db, handle, app, uid, { scope: 0, version: 0, floor: 0, marks: 0, atMs: made.atMs });
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
  if (enterIncarnation(db, conversation, change.incarnation) === "gone") return;
  const label = freeLabel(db, app, ref, args.label);
  const handle = handleOf(db, app, ref)
    ?? createConversation(db, { conversation, label, incarnation: change.incarnation, atMs: change.atMs });
  if (handle !== undefined) changeMember(db, handle, app, change, headOf(db, handle).seq);
}
