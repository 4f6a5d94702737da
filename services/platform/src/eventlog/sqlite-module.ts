/**
 * The in-process event log's tables and commands; runs in the SQLite threads.
 *
 * A record's place is `partition * 2^40 + offset`, the rowid: a partition is one range, reading it is a scan, and no
 * second index is needed. Heads are kept apart, because offsets must not fall when old records are deleted.
 */
import { defineSqliteModule, type SqliteConnection } from "../sqlite/index.js";
import { recordOf, type RecordRow } from "./record-row.js";
import type { DeadLetter, PlacedRecord } from "./port.js";
import type { PackedRecords } from "./packed-records.js";

const PLACES = 2 ** 40;
const TRIM_STEP = 1_000;

const SCHEMA = `
  CREATE TABLE eventlog_records (
    place INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL,
    origin TEXT, except_uid TEXT, value BLOB NOT NULL
  );
  CREATE TABLE eventlog_heads (partition INTEGER PRIMARY KEY, head INTEGER NOT NULL);
  CREATE TABLE eventlog_positions (
    consumer TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (consumer, partition)
  ) WITHOUT ROWID;
  CREATE TABLE eventlog_dead (
    letter INTEGER PRIMARY KEY AUTOINCREMENT, consumer TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL,
    offset INTEGER NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, origin TEXT, except_uid TEXT,
    value BLOB NOT NULL, error_code TEXT NOT NULL, attempts INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    UNIQUE (consumer, topic, partition, offset, id)
  );
`;

export type Head = readonly [partition: number, head: number];
export type Position = readonly [consumer: string, partition: number, position: number];
export type TrimArgs = {
  readonly beforeMs: number;
  readonly deadBeforeMs: number;
  readonly groups: readonly string[];
  readonly keepPassed: number;
};
export type FetchArgs = { readonly partition: number; readonly after: number; readonly limit: number };

function append(db: SqliteConnection, packed: PackedRecords): Head[] {
  const insert = db.sql(
    `INSERT INTO eventlog_records (place, at_ms, key, id, kind, origin, except_uid, value)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const heads = new Map<number, number>();
  packed.keys.forEach((key, i) => {
    const partition = packed.partitions[i]!;
    const offset = (heads.get(partition) ?? headOf(db, partition)) + 1;
    insert.run(
      partition * PLACES + offset, packed.atMs, key, packed.ids[i]!, packed.kinds[i]!,
      packed.origins[i]!, packed.excepts[i]!, packed.values[i]!,
    );
    heads.set(partition, offset);
  });
  const save = db.sql(
    `INSERT INTO eventlog_heads VALUES (?, ?) ON CONFLICT (partition) DO UPDATE SET head = excluded.head`,
  );
  for (const [partition, head] of heads) save.run(partition, head);
  return [...heads];
}

function headOf(db: SqliteConnection, partition: number): number {
  return db.sql(`SELECT head FROM eventlog_heads WHERE partition = ?`).get<{ head: number }>(partition)?.head ?? 0;
}

function checkpoint(db: SqliteConnection, positions: readonly Position[]): void {
  const save = db.sql(
    `INSERT INTO eventlog_positions VALUES (?, ?, ?)
     ON CONFLICT (consumer, partition) DO UPDATE SET position = excluded.position`,
  );
  for (const position of positions) save.run(...position);
}

function putDead(db: SqliteConnection, letter: DeadLetter): void {
  const { headers } = letter;
  db.sql(
    `INSERT OR IGNORE INTO eventlog_dead
       (consumer, topic, partition, offset, key, id, kind, origin, except_uid, value, error_code, attempts, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    letter.consumer, letter.topic, letter.partition, letter.offset, letter.key, headers.id, headers.kind,
    headers.origin ?? null, headers.except ?? null, letter.value, letter.errorCode, letter.attempts, letter.atMs,
  );
}

/** Deletes one bounded step of every partition; true when there may be more. */
function trim(db: SqliteConnection, args: TrimArgs): boolean {
  db.sql(`DELETE FROM eventlog_dead WHERE at_ms < ?`).run(args.deadBeforeMs);
  const heads = db.sql(`SELECT partition, head FROM eventlog_heads`).all<HeadRow>();
  let more = false;
  for (const { partition, head } of heads) {
    const spare = Math.min(passedBy(db, args.groups, partition), head - args.keepPassed);
    more = trimPartition(db, partition, spare, args.beforeMs) || more;
  }
  return more;
}

/** Offset that every group has behind it; with no group nobody can come for what is kept. */
function passedBy(db: SqliteConnection, groups: readonly string[], partition: number): number {
  const position = db.sql(`SELECT position FROM eventlog_positions WHERE consumer = ? AND partition = ?`);
  return Math.min(...groups.map((group) => position.get<PositionRow>(group, partition)?.position ?? 0));
}

function trimPartition(db: SqliteConnection, partition: number, spare: number, beforeMs: number): boolean {
  const from = partition * PLACES;
  const oldest = db.sql(
    `SELECT place, at_ms FROM eventlog_records WHERE place > ? AND place < ? ORDER BY place LIMIT ?`,
  ).all<{ place: number; at_ms: number }>(from, from + PLACES, TRIM_STEP);
  const kept = oldest.findIndex((row) => row.place - from > spare && row.at_ms >= beforeMs);
  const last = oldest[(kept < 0 ? oldest.length : kept) - 1];
  if (last === undefined) return false;
  db.sql(`DELETE FROM eventlog_records WHERE place > ? AND place <= ?`).run(from, last.place);
  return kept < 0 && oldest.length === TRIM_STEP;
}

function state(db: SqliteConnection): { heads: Head[]; positions: Position[] } {
  const heads = db.sql(`SELECT partition, head FROM eventlog_heads`).all<HeadRow>();
  const positions = db.sql(`SELECT consumer, partition, position FROM eventlog_positions`).all<PositionRow>();
  return {
    heads: heads.map((row) => [row.partition, row.head]),
    positions: positions.map((row) => [row.consumer, row.partition, row.position]),
  };
}

function fetchRecords(db: SqliteConnection, { partition, after, limit }: FetchArgs): PlacedRecord[] {
  const from = partition * PLACES;
  const rows = db.sql(
    `SELECT place, key, id, kind, origin, except_uid, value FROM eventlog_records
     WHERE place > ? AND place < ? ORDER BY place LIMIT ?`,
  ).all<RecordRow & { place: number }>(from + after, from + PLACES, limit);
  return rows.map((row) => ({ ...recordOf(row, "events"), partition, offset: row.place - from }));
}

function listDead(db: SqliteConnection, limit: number): DeadLetter[] {
  const rows = db.sql(`SELECT * FROM eventlog_dead ORDER BY letter LIMIT ?`).all<DeadRow>(limit);
  return rows.map((row) => ({
    ...recordOf(row, row.topic),
    partition: row.partition,
    offset: row.offset,
    consumer: row.consumer,
    errorCode: row.error_code,
    attempts: row.attempts,
    atMs: row.at_ms,
  }));
}

type HeadRow = { readonly partition: number; readonly head: number };
type PositionRow = { readonly consumer: string; readonly partition: number; readonly position: number };
type DeadRow = RecordRow & {
  readonly consumer: string;
  readonly topic: DeadLetter["topic"];
  readonly partition: number;
  readonly offset: number;
  readonly error_code: DeadLetter["errorCode"];
  readonly attempts: number;
  readonly at_ms: number;
};

export const sqlite = defineSqliteModule({
  name: "eventlog",
  migrations: [SCHEMA],
  write: { append, checkpoint, putDead, trim },
  read: { state, fetchRecords, listDead },
});
