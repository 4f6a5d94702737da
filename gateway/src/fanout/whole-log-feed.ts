import type { LogRecord, OnBatch, Subscription, Topic } from "@parlance/platform/eventlog";
import type { Feed, FeedSink } from "./feed.js";

/** The part of the event log that is used. What a log in the same process has no need of, it leaves out. */
export interface FollowedLog {
  follow(topics: readonly Topic[], onBatch: OnBatch, options: FollowOptions): Followed;
}

interface FollowOptions {
  readonly onLost: (lost: readonly { readonly topic: Topic }[]) => void;
  readonly prompt: boolean;
}

type Followed = Subscription & {
  readonly ready?: Promise<void>;
  readonly positions?: () => readonly number[] | undefined;
};

export interface WholeLogFeedOptions {
  readonly eventLog: FollowedLog;
  /** What other processes call the log too; only places that the log itself gives mean the same to them. */
  readonly logId: string | undefined;
  /** What no other process calls anything. */
  readonly ownId: string;
  readonly lagMs: () => number;
}

/** Every record of the log, whoever wants it. */
export class WholeLogFeed implements Feed {
  readonly #options: WholeLogFeedOptions;
  #followed: Followed | undefined;
  #isPlaced = false;
  /** A log that gives no places: its records are counted, which is good for as long as the process lives. */
  #counted = 0;

  constructor(options: WholeLogFeedOptions) {
    this.#options = options;
  }

  get logId(): string {
    const { logId, ownId } = this.#options;
    return this.#followed?.positions === undefined ? ownId : logId ?? ownId;
  }

  get isPlaced(): boolean {
    return this.#isPlaced;
  }

  start({ onRecords, onLost }: FeedSink): void {
    const onBatch: OnBatch = (records) => onRecords(this.#placed(records));
    this.#followed = this.#options.eventLog.follow(["events", "live"], onBatch, {
      prompt: true,
      onLost: (lost) => {
        if (lost.some(({ topic }) => topic === "events")) onLost();
      },
    });
    if (this.#followed.ready === undefined) this.#isPlaced = true;
    else void this.#followed.ready.then(() => (this.#isPlaced = true));
  }

  async close(): Promise<void> {
    await this.#followed?.close();
    this.#followed = undefined;
    this.#isPlaced = false;
  }

  lagMs(): number {
    return this.#options.lagMs();
  }

  positions(): readonly number[] | undefined {
    if (this.#followed === undefined) return undefined;
    return this.#followed.positions === undefined ? [this.#counted] : this.#followed.positions();
  }

  wanted(): void {
    // It comes anyway.
  }

  unwanted(): void {
    // It comes anyway.
  }

  #placed(records: readonly LogRecord[]): readonly LogRecord[] {
    return this.#followed?.positions === undefined ? records.map((record) => this.#counting(record)) : records;
  }

  #counting(record: LogRecord): LogRecord {
    if (record.topic === "live") return record;
    this.#counted += 1;
    const { topic, key, value, headers } = record;
    return { topic, key, value, headers, partition: 0, offset: this.#counted };
  }
}
