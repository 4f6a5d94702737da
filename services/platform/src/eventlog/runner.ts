/**
 * Runs one group's handlers over one partition, for every adapter.
 *
 *   offer (offset order) → a lane per key → decode → attempts → done or dead letter → position
 *
 * A lane handles one record at a time, so order holds per key. A lane that waits for its next attempt does not
 * count as running, so the other keys of the partition go on. The position is the offset below which all is
 * finished: a crash repeats what lies above it, never skips.
 * When a dead letter cannot be written the partition starts nothing new until it can (E12).
 */
import { setMaxListeners } from "node:events";
import type { Clock } from "../time/index.js";
import type { Random } from "../random/index.js";
import type { Log } from "../log/index.js";
import { OffsetWindow } from "./offset-window.js";
import { attemptRecord, type AttemptDeps, type Verdict } from "./attempts.js";
import type { DeadLetters, Decode, EventHandler, EventHandlers, PlacedRecord } from "./port.js";
import { weightOf } from "./weight.js";

const DEAD_LETTER_RETRY_MS = 1_000;

export type RunnerOptions<E> = {
  readonly group: string;
  readonly partition: number;
  /** Last finished offset; 0 when the group never finished one. */
  readonly position: number;
  readonly handlers: EventHandlers<E>;
  readonly decode: Decode<E>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly deadLetters: DeadLetters;
  /** The position moved, or there is room again. */
  readonly onProgress: () => void;
  readonly onOutcome?: (outcome: Outcome) => void;
  readonly bounds?: Partial<RunnerBounds>;
};

export type Outcome = "done" | "skipped" | "retried" | "dead";

export type RunnerBounds = {
  /** Offsets between the position and the newest record taken. */
  readonly windowMax: number;
  readonly bytesMax: number;
  /** Handlers running at once in this partition. */
  readonly concurrency: number;
};

const BOUNDS: RunnerBounds = { windowMax: 10_000, bytesMax: 4 * 1024 * 1024, concurrency: 8 };

export class PartitionRunner<E> {
  readonly #options: RunnerOptions<E>;
  readonly #bounds: RunnerBounds;
  readonly #window: OffsetWindow;
  readonly #lanes = new Map<string, PlacedRecord[]>();
  readonly #ready: string[] = [];
  readonly #working = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #attempts: AttemptDeps<E>;
  #running = 0;
  #bytes = 0;
  #burying = 0;
  #newest: number;

  constructor(options: RunnerOptions<E>) {
    this.#options = options;
    this.#bounds = { ...BOUNDS, ...options.bounds };
    this.#window = new OffsetWindow(options.position);
    this.#newest = options.position;
    // Every handler that runs or waits listens; their number is bounded by the window.
    setMaxListeners(0, this.#stop.signal);
    this.#attempts = {
      ...options,
      handlerOf: (kind) => this.#handlerOf(kind),
      stopped: this.#stop.signal,
      onPause: () => {
        options.onOutcome?.("retried");
        this.#running -= 1;
        this.#pump();
      },
      onResume: () => {
        this.#running += 1;
      },
    };
  }

  /** Everything at or below is finished. */
  get position(): number {
    return this.#window.position;
  }

  /** Offset of the newest record taken. */
  get newest(): number {
    return this.#newest;
  }

  /** Records it takes before the next progress. */
  get room(): number {
    if (this.#stop.signal.aborted || this.#bytes >= this.#bounds.bytesMax) return 0;
    return Math.max(0, this.#bounds.windowMax - this.#window.size);
  }

  get idle(): boolean {
    return this.#window.size === 0;
  }

  /** Records in offset order, each above `newest`. */
  offer(records: readonly PlacedRecord[]): void {
    let skipped = false;
    for (const record of records) {
      this.#newest = record.offset;
      this.#window.add(record.offset);
      if (this.#handlerOf(record.headers.kind) === undefined) {
        this.#options.onOutcome?.("skipped");
        skipped = this.#window.finish(record.offset) || skipped;
        continue;
      }
      this.#bytes += weightOf([record]);
      this.#enqueue(record);
    }
    this.#pump();
    if (skipped) this.#options.onProgress();
  }

  /** The log has nothing left between `newest` and this offset: old records were deleted. */
  skipTo(offset: number): void {
    this.#newest = offset;
    this.#window.add(offset);
    if (this.#window.finish(offset)) this.#options.onProgress();
  }

  /** Starts nothing more and waits for handlers that run. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#working);
  }

  /** Decode has checked that the event is of the kind, which the types cannot know. */
  #handlerOf(kind: string): EventHandler<E> | undefined {
    const handlers = this.#options.handlers as Readonly<Record<string, EventHandler<E>>>;
    return Object.hasOwn(handlers, kind) ? handlers[kind] : undefined;
  }

  #enqueue(record: PlacedRecord): void {
    const lane = this.#lanes.get(record.key);
    if (lane !== undefined) {
      lane.push(record);
      return;
    }
    this.#lanes.set(record.key, [record]);
    this.#ready.push(record.key);
  }

  #pump(): void {
    while (this.#running < this.#bounds.concurrency && this.#burying === 0 && !this.#stop.signal.aborted) {
      const key = this.#ready.shift();
      if (key === undefined) return;
      const record = this.#lanes.get(key)?.[0];
      if (record === undefined) continue;
      this.#running += 1;
      const work = this.#handle(record).finally(() => this.#working.delete(work));
      this.#working.add(work);
    }
  }

  async #handle(record: PlacedRecord): Promise<void> {
    const verdict = await attemptRecord(record, this.#attempts);
    if (verdict.answer === "dead") await this.#bury(record, verdict);
    this.#running -= 1;
    if (verdict.answer === "stopped" || (verdict.answer === "dead" && this.#stop.signal.aborted)) return;
    this.#options.onOutcome?.(verdict.answer);
    this.#advance(record);
    this.#pump();
  }

  #advance(record: PlacedRecord): void {
    const lane = this.#lanes.get(record.key);
    lane?.shift();
    if (lane === undefined || lane.length === 0) this.#lanes.delete(record.key);
    else this.#ready.push(record.key);
    this.#bytes -= weightOf([record]);
    this.#window.finish(record.offset);
    this.#options.onProgress();
  }

  async #bury(record: PlacedRecord, verdict: Verdict & { answer: "dead" }): Promise<void> {
    const { group, clock, log, deadLetters } = this.#options;
    const letter = {
      topic: record.topic,
      partition: record.partition,
      offset: record.offset,
      key: record.key,
      value: record.value,
      headers: record.headers,
      consumer: group,
      errorCode: verdict.errorCode,
      attempts: verdict.attempts,
      atMs: clock.now(),
    };
    const place = { group, partition: record.partition, offset: record.offset, eventId: record.headers.id };
    this.#burying += 1;
    try {
      while (!this.#stop.signal.aborted) {
        try {
          await deadLetters.put(letter);
          log.warn({ ...place, code: verdict.errorCode, attempts: verdict.attempts }, "record is a dead letter");
          return;
        } catch (error) {
          log.error({ ...place, error }, "dead letter not written, partition waits");
          await clock.sleep(DEAD_LETTER_RETRY_MS, this.#stop.signal).catch(() => undefined);
        }
      }
    } finally {
      this.#burying -= 1;
    }
  }
}
