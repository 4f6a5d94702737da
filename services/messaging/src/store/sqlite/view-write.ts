// Commands that write views; plain functions, so that the append command uses them in its transaction.
import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { MemberChange } from "../../domain/member.js";
import type { RaiseMark, View } from "../ports.js";
import { handleOf, headOf } from "./stored-row.js";
import { viewOf, VIEW_COLUMNS, type ViewRecord } from "./view-read.js";

interface NewView {
  readonly scope: number;
  readonly version: number;
  readonly floor: number;
  /** Where all watermarks start. */
  readonly marks: number;
  readonly atMs: number;
}

/** Number of the next change to any view; sync points compare it. */
function nextChange(db: SqliteConnection): number {
  return db.sql("UPDATE messaging_view_changes SET no = no + 1 RETURNING no").get<{ no: number }>()!.no;
}

export function insertView(db: SqliteConnection, handle: number, app: string, uid: string, view: NewView): void {
  db.sql(
    `INSERT OR REPLACE INTO messaging_views (app, uid, conv, present, scope, version, delivered, read, unread_after, floor,
       created_at, updated_at, change_no) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(app, uid, handle, view.scope, view.version, view.marks, view.marks, view.marks, view.floor, view.atMs, view.atMs, nextChange(db));
}

/**
 * Applies a membership change; an older version than stored has no effect. One who is no member any more keeps a
 * record without marks, so that the version still guards.
 */
export function changeMember(db: SqliteConnection, handle: number, app: string, change: MemberChange, head: number): void {
  if (change.scope === undefined) return;
  const stored = db.sql("SELECT present, version FROM messaging_views WHERE app = ? AND uid = ? AND conv = ?")
    .get<{ present: number; version: number }>(app, change.uid, handle);
  if (stored !== undefined && stored.version >= change.version) return;
  if (change.scope === 0) {
    insertView(db, handle, app, change.uid, { scope: 0, version: change.version, floor: 0, marks: 0, atMs: change.atMs });
    db.sql("UPDATE messaging_views SET present = 0 WHERE app = ? AND uid = ? AND conv = ?").run(app, change.uid, handle);
    return;
  }
  if (stored?.present === 1) {
    db.sql("UPDATE messaging_views SET scope = ?, version = ?, change_no = ? WHERE app = ? AND uid = ? AND conv = ?")
      .run(change.scope, change.version, nextChange(db), app, change.uid, handle);
    return;
  }
  const floor = change.sinceJoin ? head : 0;
  insertView(db, handle, app, change.uid, { scope: change.scope, version: change.version, floor, marks: head, atMs: change.atMs });
}

/** Watermarks only grow; above the head counts as the head; read implies delivered (chat.md 19.2). */
export function raise(db: SqliteConnection, args: RaiseMark): { before: View; after: View } | null {
  const { app, ref } = args.conversation;
  const handle = handleOf(db, app, ref);
  if (handle === undefined) return null;
  const find = () => db.sql(
    `SELECT ${VIEW_COLUMNS} FROM messaging_views v JOIN messaging_conversations c ON c.handle = v.conv
     WHERE v.app = ? AND v.uid = ? AND v.conv = ? AND v.present = 1`,
  ).get<ViewRecord>(app, args.uid, handle);
  const before = find();
  if (before === undefined) return null;
  const seq = Math.min(args.seq, headOf(db, handle).seq);
  const delivered = Math.max(before.delivered, seq);
  const read = args.mark === "read" ? Math.max(before.read, seq) : before.read;
  const unreadAfter = args.mark === "read" ? Math.max(before.unread_after, seq) : before.unread_after;
  if (delivered === before.delivered && read === before.read && unreadAfter === before.unread_after) {
    return { before: viewOf(before), after: viewOf(before) };
  }
  db.sql(
    `UPDATE messaging_views SET delivered = ?, read = ?, unread_after = ?, updated_at = ?, change_no = ?
     WHERE app = ? AND uid = ? AND conv = ?`,
  ).run(delivered, read, unreadAfter, args.atMs, nextChange(db), app, args.uid, handle);
  return { before: viewOf(before), after: viewOf(find()!) };
}
