import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { AppId } from "@parlance/platform/ids";
import { nameTerms } from "@parlance/platform/paging";
import type { UserRecord } from "../../domain/user.js";

/** The least text above all that begin with the prefix: nothing sorts behind the last code point. */
export function endOfPrefix(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}

type Term = readonly [kind: "u" | "n" | "t", term: string];

function termsOf(user: UserRecord): Term[] {
  return [
    ["u", user.uid],
    ...nameTerms(user.name).map((term) => ["n", term] as const),
    ...user.tags.map((tag) => ["t", tag] as const),
  ];
}

/** What the user of this row number is found by. */
export interface Indexed {
  readonly app: AppId;
  readonly number: number;
  readonly before: UserRecord | undefined;
  readonly after: UserRecord;
}

export function index(db: SqliteConnection, { app, number, before, after }: Indexed): void {
  if (before !== undefined && before.name === after.name && before.tags === after.tags) return;
  const remove = db.sql(`DELETE FROM identity_terms WHERE app = ? AND kind = ? AND term = ? AND user = ?`);
  for (const [kind, term] of before === undefined ? [] : termsOf(before)) remove.run(app, kind, term, number);
  const add = db.sql(
    `INSERT INTO identity_terms (app, kind, term, user) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  for (const [kind, term] of termsOf(after)) add.run(app, kind, term, number);
}
