import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { AppId, Uid } from "@parlance/platform/ids";
import { folded } from "@parlance/platform/paging";
import type { BanRecord, MemberRecord } from "../../domain/roster.js";
import type { Rename } from "../ports.js";
import { findBan, findMember } from "./reads.js";
import { addPersonTerms, removePersonTerms } from "./terms.js";

interface Place {
  readonly app: AppId;
  readonly grp: number;
}

/** A member who is there already gets the scope; the name stays with `rename`. */
export function putMember(db: SqliteConnection, { app, grp, member }: Place & { readonly member: MemberRecord }): void {
  const { uid, name, nameAtMs, scope, joinedAtMs } = member;
  const { changes } = db.sql(`UPDATE group_members SET scope = ? WHERE grp = ? AND uid = ?`).run(scope, grp, uid);
  if (changes > 0) return;
  db.sql(
    `INSERT INTO group_members (grp, app, uid, scope, name, folded_name, name_at_ms, joined_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(grp, app, uid, scope, name, folded(name), nameAtMs, joinedAtMs);
  addPersonTerms(db, grp, "m", member);
}

export function removeMember(db: SqliteConnection, grp: number, uid: Uid): void {
  const member = findMember(db, grp, uid);
  if (member === undefined) return;
  db.sql(`DELETE FROM group_members WHERE grp = ? AND uid = ?`).run(grp, uid);
  removePersonTerms(db, grp, "m", member);
}

export function putBan(db: SqliteConnection, { app, grp, ban }: Place & { readonly ban: BanRecord }): void {
  removeBan(db, grp, ban.uid);
  db.sql(
    `INSERT INTO group_bans (grp, app, uid, name, name_at_ms, former_scope, banned_at_ms, banned_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(grp, app, ban.uid, ban.name, ban.nameAtMs, ban.formerScope, ban.bannedAtMs, ban.bannedBy);
  addPersonTerms(db, grp, "b", ban);
}

export function removeBan(db: SqliteConnection, grp: number, uid: Uid): void {
  const ban = findBan(db, grp, uid);
  if (ban === undefined) return;
  db.sql(`DELETE FROM group_bans WHERE grp = ? AND uid = ?`).run(grp, uid);
  removePersonTerms(db, grp, "b", ban);
}

interface RenameArgs {
  readonly app: AppId;
  readonly rename: Rename;
  readonly limit: number;
}

interface OldName {
  readonly grp: number;
  readonly name: string;
}

export function rename(db: SqliteConnection, { app, rename: { uid, name, nameAtMs }, limit }: RenameArgs): boolean {
  const oldNames = (table: "group_members" | "group_bans", atMost: number) => db.sql(
    `SELECT grp, name FROM ${table}
     WHERE app = ? AND uid = ? AND (name_at_ms < ? OR (name_at_ms = ? AND name <> ?)) LIMIT ?`,
  ).all<OldName>(app, uid, nameAtMs, nameAtMs, name, atMost);
  const members = oldNames("group_members", limit);
  for (const old of members) {
    db.sql(`UPDATE group_members SET name = ?, folded_name = ?, name_at_ms = ? WHERE grp = ? AND uid = ?`)
      .run(name, folded(name), nameAtMs, old.grp, uid);
    retell(db, "m", { ...old, uid, to: name });
  }
  const bans = oldNames("group_bans", limit - members.length);
  for (const old of bans) {
    db.sql(`UPDATE group_bans SET name = ?, name_at_ms = ? WHERE grp = ? AND uid = ?`).run(name, nameAtMs, old.grp, uid);
    retell(db, "b", { ...old, uid, to: name });
  }
  return members.length + bans.length === limit;
}

function retell(
  db: SqliteConnection, kind: "m" | "b",
  { grp, uid, name, to }: OldName & { readonly uid: Uid; readonly to: string },
): void {
  if (name === to) return;
  removePersonTerms(db, grp, kind, { uid, name });
  addPersonTerms(db, grp, kind, { uid, name: to });
}

/** What hangs on the number of a removed group, slice by slice. */
export function eraseSome(db: SqliteConnection, { limit }: { readonly limit: number }): boolean {
  const erasing = db.sql(`SELECT grp FROM group_erasing ORDER BY grp LIMIT 1`).get<{ grp: number }>();
  if (erasing === undefined) return false;
  const { grp } = erasing;
  let left = limit;
  for (const [table, key] of [["group_members", "member"], ["group_bans", "ban"]] as const) {
    const rows = `SELECT ${key} FROM ${table} WHERE grp = ? LIMIT ?`;
    left -= db.sql(`DELETE FROM ${table} WHERE ${key} IN (${rows})`).run(grp, left).changes;
  }
  const terms = `SELECT kind, term, uid FROM group_people_terms WHERE grp = ? LIMIT ?`;
  left -= db.sql(`DELETE FROM group_people_terms WHERE grp = ? AND (kind, term, uid) IN (${terms})`)
    .run(grp, grp, left).changes;
  if (left > 0) db.sql(`DELETE FROM group_erasing WHERE grp = ?`).run(grp);
  return true;
}
