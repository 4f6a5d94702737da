import type { Log } from "../../log/index.js";
import { TokenBucket } from "../../limits/index.js";
import type { Clock } from "../../time/index.js";
import type { RpcChannel } from "../channel.js";
import { fail } from "../../errors/index.js";
import type { OutgoingContext } from "../context.js";
import type { PodSource } from "./pods.js";
import { hashOfAddress, mixed } from "./route-key.js";

/** A channel to one pod. */
export interface PodConnection extends RpcChannel {
  /** A call made now would be sent at once. Where it is missing the pod counts as reachable. */
  readonly reachable?: boolean;
}

export interface PodSetOptions {
  readonly pods: PodSource;
  readonly open: (address: string) => PodConnection;
  readonly clock: Clock;
  readonly log: Log;
}

/** What one stream may hold when it breaks: its credit and all that waits (exchange/wire.ts, exchange/channel.ts). */
const FAILOVERS_AT_ONCE = 1_024 + 4_096;
const FAILOVERS_PER_SECOND = 512;

const rejected = (error: unknown) => Promise.reject<Uint8Array>(error);

export class Pod {
  readonly address: string;
  readonly hash: number;
  /** Calls that may be sent a second time, elsewhere, because this pod was lost with them. */
  readonly failovers: TokenBucket;
  readonly #connection: PodConnection;
  #running = 0;
  #gone = false;

  constructor(address: string, connection: PodConnection, clock: Clock) {
    this.address = address;
    this.hash = hashOfAddress(address);
    this.#connection = connection;
    this.failovers = new TokenBucket({ ratePerSecond: FAILOVERS_PER_SECOND, burst: FAILOVERS_AT_ONCE }, clock);
  }

  get isLive(): boolean {
    return this.#connection.reachable !== false;
  }

  get running(): number {
    return this.#running;
  }

  /** `failed` says what becomes of a call that fails; by default it stays failed. */
  call(
    method: string, request: Uint8Array, context: OutgoingContext, failed: (error: unknown) => Promise<Uint8Array> = rejected,
  ): Promise<Uint8Array> {
    this.#running += 1;
    return this.#connection.call(method, request, context).then(
      (response) => {
        this.#end();
        return response;
      },
      (error: unknown) => {
        this.#end();
        return failed(error);
      },
    );
  }

  /** No call is made to it any more; those that run may end. */
  leave(): void {
    this.#gone = true;
    if (this.#running === 0) void this.close();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #end(): void {
    this.#running -= 1;
    if (this.#gone && this.#running === 0) void this.close();
  }
}

/** The listed pods with a channel each. */
export class PodSet {
  readonly #options: PodSetOptions;
  readonly #stopFollowing: () => void;
  #pods: readonly Pod[] = [];
  #turn = 0;

  constructor(options: PodSetOptions) {
    this.#options = options;
    this.#update();
    this.#stopFollowing = options.pods.onChange(() => this.#update());
  }

  get all(): readonly Pod[] {
    return this.#pods;
  }

  get live(): number {
    return this.#pods.reduce((count, pod) => count + (pod.isLive ? 1 : 0), 0);
  }

  /**
   * The owner of the key, or whose turn it is without a key. A live pod comes before one that is not, and any other before
   * `failed`, the pod a call has just been lost with; where no pod is live a call waits for one to be reached again.
   */
  choose(key: number | undefined, failed?: Pod): Pod | undefined {
    const pods = this.#pods;
    if (key === undefined) this.#turn = (this.#turn + 1) % Math.max(1, pods.length);
    let best: Pod | undefined;
    let bestRank = -1;
    let bestScore = -1;
    for (let at = 0; at < pods.length; at += 1) {
      const pod = pods[at]!;
      const rank = (pod.isLive ? 2 : 0) + (pod === failed ? 0 : 1);
      if (rank < bestRank) continue;
      const score = key === undefined ? (at + this.#turn) % pods.length : mixed(key ^ pod.hash);
      if (rank === bestRank && score <= bestScore) continue;
      best = pod;
      bestRank = rank;
      bestScore = score;
    }
    return best;
  }

  async close(): Promise<void> {
    this.#stopFollowing();
    await Promise.all(this.#pods.map((pod) => pod.close()));
    this.#pods = [];
  }

  #update(): void {
    const { pods, clock } = this.#options;
    const known = new Map(this.#pods.map((pod) => [pod.address, pod]));
    this.#pods = pods.current().map((address) => known.get(address) ?? new Pod(address, this.#open(address), clock));
    for (const pod of this.#pods) known.delete(pod.address);
    for (const pod of known.values()) pod.leave();
  }

  /** A pod that this process may not talk to is there all the same, and stays out of reach. */
  #open(address: string): PodConnection {
    try {
      return this.#options.open(address);
    } catch (cause) {
      this.#options.log.error({ address, cause }, "a pod cannot be called");
      const refusal = fail("ERR_OPERATION_FAILED", "The service cannot be reached.", { cause });
      return { reachable: false, call: () => Promise.reject(refusal), close: () => Promise.resolve() };
    }
  }
}
