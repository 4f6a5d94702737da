// A page of a log: found with slim rows, which filters need, and filled afterwards.
import { Binary } from "mongodb";
import { PAGE_BYTES_MAX } from "../../domain/page.js";
import type { HistoryQuery } from "../ports.js";
import type { Log, RowDoc, SlimRow } from "./documents.js";
import type { Rows } from "./rows.js";

const PART_MIN = 50;
const PART_MAX = 1_000;
const WAYS = 15;

/** Rows that a query asks for, oldest to newest. */
export async function pageOf(rows: Rows, log: Log, head: number, query: HistoryQuery): Promise<SlimRow[]> {
  const floor = Math.max(query.floorSeq, query.aboveSeq);
  const found: SlimRow[] = [];
  const part = Math.min(PART_MAX, Math.max(PART_MIN, query.limit));
  if (query.direction === "previous") {
    for (let to = await lastBefore(rows, log, head, query); to > floor && found.length < query.limit; to -= part) {
      const read = await rows.slimStretch(log, Math.max(floor + 1, to - part + 1), to);
      found.unshift(...read.filter((row) => matches(row, query)));
    }
    return found.slice(Math.max(0, found.length - query.limit));
  }
  const start = Math.max(floor, await lastUpTo(rows, log, head, query));
  for (let from = start + 1; from <= head && found.length < query.limit; from += part) {
    const read = await rows.slimStretch(log, from, Math.min(head, from + part - 1));
    found.push(...read.filter((row) => matches(row, query)));
  }
  return found.slice(0, query.limit);
}

/** As many of the first rows as a page carries; at least one. */
export function fitting(docs: readonly RowDoc[]): readonly RowDoc[] {
  let bytes = 0;
  const over = docs.findIndex(({ b }, i) => (bytes += sizeOf(b)) > PAGE_BYTES_MAX && i > 0);
  return over === -1 ? docs : docs.slice(0, over);
}

export function sizeOf(bytes: RowDoc["b"]): number {
  return bytes instanceof Binary ? bytes.position : bytes.length;
}

function matches(row: SlimRow, query: HistoryQuery): boolean {
  const previous = query.direction === "previous";
  if (row.v !== 1) return false;
  if (query.messageId !== undefined && (previous ? row.i >= query.messageId : row.i <= query.messageId)) return false;
  if (query.atMs !== undefined && (previous ? row.at >= query.atMs : row.at <= query.atMs)) return false;
  if (query.hideDeleted && row.d) return false;
  if (query.countableOnly && (!row.n || row.d)) return false;
  if (row.u === query.notBy) return false;
  if (query.categories.length > 0 && !query.categories.includes(row.c)) return false;
  return query.types.length === 0 || query.types.includes(row.t);
}

/** Ids and times grow with seq, so where a page starts is found by halving. */
function lastBefore(rows: Rows, log: Log, head: number, { messageId, atMs }: HistoryQuery): Promise<number> | number {
  if (messageId === undefined && atMs === undefined) return head;
  return lastWhere(rows, log, head, (row) => (messageId === undefined || row.i < messageId) && (atMs === undefined || row.at < atMs));
}

function lastUpTo(rows: Rows, log: Log, head: number, { messageId, atMs }: HistoryQuery): Promise<number> | number {
  if (messageId === undefined && atMs === undefined) return 0;
  return lastWhere(rows, log, head, (row) => (messageId !== undefined && row.i <= messageId) || (atMs !== undefined && row.at <= atMs));
}

/** The highest seq that a test, true up to some row and false from there on, is true for. */
async function lastWhere(rows: Rows, log: Log, head: number, test: (row: SlimRow) => boolean): Promise<number> {
  let [low, high] = [0, head + 1];
  while (high - low > 1) {
    const step = Math.max(1, Math.ceil((high - low) / (WAYS + 1)));
    const tried: number[] = [];
    for (let seq = low + step; seq < high; seq += step) tried.push(seq);
    const found = await rows.slimSeqs(log, tried);
    const upTo = found.filter(test).at(-1)?.s ?? low;
    const from = found.find((row) => !test(row))?.s ?? high;
    // A hole where it was tried tells nothing: what is left is read one by one.
    if (upTo === low && from === high) {
      const all = await rows.slimStretch(log, low + 1, high - 1);
      return all.filter(test).at(-1)?.s ?? low;
    }
    [low, high] = [upTo, from];
  }
  return low;
}
