import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { AppId } from "@parlance/platform/ids";
import { nameTerms } from "@parlance/platform/paging";
import type { GroupRecord } from "../../domain/group.js";
import type { Named } from "../../domain/roster.js";

/** The least text above all that begin with the prefix: nothing sorts behind the last code point. */
export function endOfPrefix(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}

/** m: member, b: banned. */
export type PersonKind = "m" | "b";

type Person = Pick<Named, "uid" | "name">;

function personTerms({ uid, name }: Person): Set<string> {
  return new Set([uid, ...nameTerms(name)]);
}

export function addPersonTerms(db: SqliteConnection, grp: number, kind: PersonKind, person: Person): void {
  const add = db.sql(`INSERT INTO group_people_terms (grp, kind, term, uid) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  for (const term of personTerms(person)) add.run(grp, kind, term, person.uid);
}

export function removePersonTerms(db: SqliteConnection, grp: number, kind: PersonKind, person: Person): void {
  const remove = db.sql(`DELETE FROM group_people_terms WHERE grp = ? AND kind = ? AND term = ? AND uid = ?`);
  for (const term of personTerms(person)) remove.run(grp, kind, term, person.uid);
}

type Term = readonly [kind: "g" | "n" | "t", term: string];

function groupTerms(group: GroupRecord): Term[] {
  return [
    ["g", group.guid],
    ...nameTerms(group.name).map((term) => ["n", term] as const),
    ...group.tags.map((tag) => ["t", tag] as const),
  ];
}

/** What the group of this number is found by, before and after a change. */
export interface Indexed {
  readonly app: AppId;
  readonly grp: number;
  readonly before: GroupRecord | undefined;
  readonly after: GroupRecord | undefined;
}

export function indexGroup(db: SqliteConnection, { app, grp, before, after }: Indexed): void {
  const sameTags = JSON.stringify(before?.tags) === JSON.stringify(after?.tags);
  if (before?.name === after?.name && sameTags) return;
  const remove = db.sql(`DELETE FROM group_terms WHERE app = ? AND kind = ? AND term = ? AND grp = ?`);
  for (const [kind, term] of before === undefined ? [] : groupTerms(before)) remove.run(app, kind, term, grp);
  const add = db.sql(`INSERT INTO group_terms (app, kind, term, grp) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  for (const [kind, term] of after === undefined ? [] : groupTerms(after)) add.run(app, kind, term, grp);
}
