// Lives of a group's ref: a deleted group leaves its ref to a later one, and whatever arrives late of the earlier life
// (events are delivered at least once) must not touch the later one.
import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { ConversationId } from "../../domain/conversation.js";

export interface EraseArgs {
  readonly conversation: ConversationId;
  readonly incarnation: string;
}

interface Life {
  readonly handle: number;
  readonly incarnation: string;
}

/** Rows and views go too; the ref is free, the handle is never used again. */
export function erase(db: SqliteConnection, { conversation, incarnation }: EraseArgs): void {
  const life = lifeOf(db, conversation);
  if (life === undefined || !isSame(life.incarnation, incarnation)) return remember(db, conversation, incarnation);
  const top = db.sql("SELECT max(n) AS n FROM messaging_rows").get<{ n: number | null }>()!.n ?? 0;
  db.sql("DELETE FROM messaging_rows WHERE conv = ?").run(life.handle);
  db.sql("DELETE FROM messaging_views WHERE conv = ?").run(life.handle);
  db.sql("DELETE FROM messaging_conversations WHERE handle = ?").run(life.handle);
  holdPosition(db, top);
  remember(db, conversation, incarnation === "" ? life.incarnation : incarnation);
}

/** To be called before a membership change: "gone" when its group is; an earlier group of the ref is erased. */
export function enterIncarnation(db: SqliteConnection, conversation: ConversationId, incarnation: string): "gone" | "present" {
  if (incarnation === "") return "present";
  const { app, ref } = conversation;
  const gone = db.sql("SELECT 1 AS one FROM messaging_erased WHERE app = ? AND ref = ? AND incarnation = ?")
    .get(app, ref, incarnation);
  if (gone !== undefined) return "gone";
  const life = lifeOf(db, conversation);
  if (life !== undefined && life.incarnation === "") {
    db.sql("UPDATE messaging_conversations SET incarnation = ? WHERE handle = ?").run(incarnation, life.handle);
  } else if (life !== undefined && life.incarnation !== incarnation) {
    erase(db, { conversation, incarnation: life.incarnation });
  }
  return "present";
}

/** The store's position when the ref was last erased; undefined: never. */
export function erasedAt(db: SqliteConnection, app: string, ref: string): number | undefined {
  return db.sql("SELECT max(n) AS n FROM messaging_erased WHERE app = ? AND ref = ?").get<{ n: number | null }>(app, ref)!.n ?? undefined;
}

function lifeOf(db: SqliteConnection, { app, ref }: ConversationId): Life | undefined {
  return db.sql("SELECT handle, incarnation FROM messaging_conversations WHERE app = ? AND ref = ?").get<Life>(app, ref);
}

function isSame(one: string, other: string): boolean {
  return one === other || one === "" || other === "";
}

function remember(db: SqliteConnection, { app, ref }: ConversationId, incarnation: string): void {
  db.sql(
    `INSERT OR IGNORE INTO messaging_erased (app, ref, incarnation, n)
     VALUES (?, ?, ?, (SELECT coalesce(max(n), 0) FROM messaging_rows))`,
  ).run(app, ref, incarnation);
}

/**
 * The next row gets the highest n plus one. If that row was erased, a stand-in of no conversation keeps its place: given
 * twice, a position would be taken for published, and for known to clients, that is neither.
 */
function holdPosition(db: SqliteConnection, top: number): void {
  const kept = db.sql("SELECT max(n) AS n FROM messaging_rows").get<{ n: number | null }>()!.n ?? 0;
  if (kept === top) return;
  db.sql("DELETE FROM messaging_rows WHERE conv = 0").run();
  db.sql(
    `INSERT INTO messaging_rows (n, conv, seq, id, sender, muid, fingerprint, kind, category, type, countable, countable_no,
       sent_at, deleted, body) VALUES (?, 0, 0, 0, '', NULL, '', 0, 0, '', 0, 0, 0, 0, x'')`,
  ).run(top);
}
