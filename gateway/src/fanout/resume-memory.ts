// Resume without the store (reliability.md R8): which channels had something of late, so that a client that comes back and has
// missed nothing is told so and asks nobody. An answer that is wrong would be a silent hole (P10), so this is the argument.
//
// Every event has one place in the event log: partition and offset. A *place* told to a client (place.ts) holds, by partition,
// how far the log had been handed to the gateway that told it, and which groups that connection heard. It is told in a frame
// that follows, on the same socket, all frames made of those records; so who has read it has read them.
//
// The memory holds, for every inbox and group channel, the place of its last event. It is complete from its *floor* on: the
// positions of this gateway's reader when the memory was begun, or where the oldest kept generation begins. For a client that
// comes back with a place P, this gateway first lets the connection listen to its channels, then looks:
//
//   1. floor ≤ P ≤ what was handed to this gateway, in every partition: all between P and now is in the memory.
//   2. the groups the connection hears now are those it heard at P: so the channels looked at are those it was entitled to.
//      Who joined or left a group meanwhile, or whose group was deleted, has another set.
//   3. none of these channels has an event after P.
//
// Then every event of the client's channels is before P, and the client has it, or has not been handed to this gateway, and will
// come over the new connection. Nothing was missed. No clock takes part in this, nor how late anybody's reader is, nor whether the
// broker was away: what is not in the log yet will come, what is in it has a place.
//
// What could break it, and why it does not:
// - *The former gateway skipped records* (its place in the log was gone). It tells no place until it has asked all its clients to
//   sync, and so does this one; its memory begins anew.
// - *The log is another one* (wiped, made anew), so offsets mean something else. `logId` names it as far as the operator does;
//   besides, readers lose their place then, or start after it, and a place told before this memory was begun is refused by the
//   time it was told. Clocks of gateways may differ by 10 s for this one check.
// - *The client has a place but not what came before it*: it had not finished its first sync, or dropped rows beyond a gap, or
//   waits for the result of a call, whose event is not sent to the connection that made it. Only the client knows; it then comes
//   without a place (README, "Coming back").
// - *Frames were dropped* by a full socket: such a session is told no place any more.
// - *Records come twice* (the relay repeats): the later place counts, and the client syncs for nothing.
// What no event tells of (a receipt that was lost with the process that should have published it) is unknown to a client that
// stayed connected too: `resumed` promises the state of such a client, no more.
//
// Bounds: generations of a minute, ten of them, and no more than so many entries and bytes over all; the oldest goes first and
// raises the floor. A client whose place is below it syncs, which is never wrong.

import type { LogRecord } from "@parlance/platform/eventlog";
import type { Clock } from "@parlance/platform/time";
import type { Feed } from "./feed.js";
import { readPlace, type Place } from "./place.js";

const GENERATION_MS = 60_000;
const GENERATIONS_MAX = 10;
/** One generation holds at most this part of all. */
const GENERATION_SHARE = 1 / 4;
const ENTRY_BYTES = 96;
const CLOCKS_DIFFER_MS = 10_000;
/** Offsets and partitions share a number. */
const PARTITIONS_MAX = 1_024;

interface Generation {
  readonly floor: readonly number[];
  readonly begunAt: number;
  /** Offset × PARTITIONS_MAX + partition, by key. */
  readonly last: Map<string, number>;
  bytes: number;
}

export interface ResumeMemoryOptions {
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly feed: Pick<Feed, "logId">;
  readonly entriesMax: number;
  readonly bytesMax: number;
}

export type Verdict =
  | "nothing missed" | "no place" | "unreadable place" | "another log" | "not placed" | "told before" | "told later" | "forgotten"
  | "ahead" | "other groups" | "missed";

/** Whom the question is about, as it listens now. */
export interface Returning {
  readonly place: string;
  readonly groups: string;
  /** Keys of its inbox and its groups. */
  readonly keys: Iterable<string>;
}

export class ResumeMemory {
  readonly #options: ResumeMemoryOptions;
  /** Oldest first. */
  #generations: Generation[] = [];
  #begunAt = 0;

  constructor(options: ResumeMemoryOptions) {
    this.#options = options;
  }

  get entries(): number {
    return this.#generations.reduce((sum, { last }) => sum + last.size, 0);
  }

  get bytes(): number {
    return this.#generations.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Every record of the log, before anybody looks whether it is wanted here. */
  note({ topic, key, partition, offset }: LogRecord): void {
    const current = this.#generations.at(-1);
    if (current === undefined || topic !== "events" || partition === undefined || offset === undefined || !isConcerned(key)) return;
    const before = current.last.size;
    current.last.set(key, offset * PARTITIONS_MAX + partition);
    if (current.last.size > before) current.bytes += ENTRY_BYTES + 2 * key.length;
  }

  /** The records of a batch have been noted; `positions` are those after it. */
  batchEnded(positions: readonly number[] | undefined): void {
    if (positions === undefined) return this.forget();
    const now = this.#options.clock.monotonic();
    const current = this.#generations.at(-1);
    if (current === undefined) return this.#begin(positions, now);
    if (now - current.begunAt >= GENERATION_MS || this.#isFull(current)) this.#addGeneration(positions, now);
    while (this.#generations.length > 1 && this.#isOverfull(now)) this.#generations.shift();
    return undefined;
  }

  /** Something is gone that was not seen: what is known from now on begins at the next positions. */
  forget(): void {
    this.#generations = [];
  }

  judge({ place: text, groups, keys }: Returning, positions: readonly number[] | undefined): Verdict {
    if (text === "") return "no place";
    const place = readPlace(text);
    if (place === undefined) return "unreadable place";
    if (place.logId !== this.#options.feed.logId) return "another log";
    this.batchEnded(positions);
    const floor = this.#generations[0]?.floor;
    if (positions === undefined || floor === undefined) return "not placed";
    const problem = this.#problemOfTime(place);
    if (problem !== undefined) return problem;
    if (place.positions.length !== positions.length || !isUpTo(floor, place.positions)) return "forgotten";
    if (!isUpTo(place.positions, positions)) return "ahead";
    if (place.groups !== groups) return "other groups";
    for (const key of keys) if (this.#hasAfter(key, place.positions)) return "missed";
    return "nothing missed";
  }

  #problemOfTime({ atMs }: Place): Verdict | undefined {
    const { clock } = this.#options;
    const now = clock.now();
    if (atMs > now + CLOCKS_DIFFER_MS) return "told later";
    return atMs < now - (clock.monotonic() - this.#begunAt) + CLOCKS_DIFFER_MS ? "told before" : undefined;
  }

  #hasAfter(key: string, positions: readonly number[]): boolean {
    for (let at = this.#generations.length - 1; at >= 0; at -= 1) {
      const last = this.#generations[at]?.last.get(key);
      // What an older generation has is older.
      if (last !== undefined) return Math.floor(last / PARTITIONS_MAX) > (positions[last % PARTITIONS_MAX] ?? 0);
    }
    return false;
  }

  #begin(positions: readonly number[], now: number): void {
    this.#begunAt = now;
    this.#addGeneration(positions, now);
  }

  #addGeneration(positions: readonly number[], now: number): void {
    this.#generations.push({ floor: [...positions], begunAt: now, last: new Map(), bytes: 0 });
  }

  #isFull({ last, bytes }: Generation): boolean {
    return last.size >= this.#options.entriesMax * GENERATION_SHARE || bytes >= this.#options.bytesMax * GENERATION_SHARE;
  }

  #isOverfull(now: number): boolean {
    const { entriesMax, bytesMax } = this.#options;
    const isOld = now - (this.#generations[1]?.begunAt ?? now) >= GENERATIONS_MAX * GENERATION_MS;
    return isOld || this.entries > entriesMax || this.bytes > bytesMax;
  }
}

const COLON = 0x3a;
const INBOX = 0x75;
const GROUP = 0x67;

/** Inboxes and groups; nobody is promised the rest. */
function isConcerned(key: string): boolean {
  const at = key.indexOf("/") + 1;
  return key.charCodeAt(at + 1) === COLON && (key.charCodeAt(at) === INBOX || key.charCodeAt(at) === GROUP);
}

function isUpTo(lower: readonly number[], upper: readonly number[]): boolean {
  return lower.length === upper.length && lower.every((position, partition) => position <= (upper[partition] ?? 0));
}
