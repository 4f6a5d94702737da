import type { LogRecord, OnBatch, Topic } from "@parlance/platform/eventlog";
import type { FollowedLog } from "../fanout/whole-log-feed.js";

interface Follower {
  readonly onBatch: OnBatch;
  readonly onLost: (lost: readonly { readonly topic: Topic }[]) => void;
  /** Records handed out so far, by partition. */
  readonly positions: number[];
}

/** An event log with places for several gateways; each is handed what a test says, in the order of each partition. */
export class ScriptedLog {
  readonly #partitions: LogRecord[][];
  readonly #followers: Follower[] = [];

  constructor(partitions: number) {
    this.#partitions = Array.from({ length: partitions }, () => []);
  }

  /** For one gateway. */
  readonly followed: FollowedLog = {
    follow: (_topics, onBatch, { onLost }) => {
      const follower = { onBatch, onLost, positions: this.#partitions.map(({ length }) => length) };
      this.#followers.push(follower);
      return { positions: () => follower.positions, close: () => Promise.resolve() };
    },
  };

  append(record: LogRecord): void {
    const partition = partitionOf(record.key, this.#partitions.length);
    const records = this.#partitions[partition]!;
    records.push({ ...record, partition, offset: records.length + 1 });
  }

  /** Hands the gateway that came as the nth what it has not had of a partition, at most so many. */
  hand(nth: number, partition: number, most = Infinity): void {
    const follower = this.#followers[nth]!;
    const from = follower.positions[partition]!;
    const records = this.#partitions[partition]!.slice(from, from + most);
    if (records.length === 0) return;
    follower.positions[partition] = from + records.length;
    follower.onBatch(records);
  }

  handAll(nth: number): void {
    for (let partition = 0; partition < this.#partitions.length; partition += 1) this.hand(nth, partition);
  }

  /** The gateway's place is gone: it goes on at the end. */
  lose(nth: number): void {
    const follower = this.#followers[nth]!;
    this.#partitions.forEach(({ length }, partition) => { follower.positions[partition] = length; });
    follower.onLost([{ topic: "events" }]);
  }
}

function partitionOf(key: string, partitions: number): number {
  let sum = 0;
  for (let at = 0; at < key.length; at += 1) sum = (sum * 31 + key.charCodeAt(at)) % 65_521;
  return sum % partitions;
}
