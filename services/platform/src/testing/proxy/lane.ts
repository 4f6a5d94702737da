import type { Socket } from "node:net";
import type { Clock, Timer } from "../../time/index.js";

/**
 * How one direction behaves now; shared by all connections and read before every step, so that changes act at
 * once.
 */
export interface LaneRules {
  delayMs: number;
  /** Infinity: as fast as it goes. */
  bytesPerSecond: number;
  /**
   * Nothing is forwarded, neither bytes nor the end of the stream; nothing is read any more, so that the
   * peer's buffers fill.
   */
  stalled: boolean;
}

interface Waiting {
  readonly chunk: Buffer;
  readonly dueAt: number;
}

export interface LaneParts {
  readonly from: Socket;
  readonly to: Socket;
  readonly rules: LaneRules;
  readonly clock: Pick<Clock, "monotonic" | "after">;
  /** Sees each chunk before it is queued and answers what of it may pass. */
  readonly admit: (chunk: Buffer) => Buffer;
}

const QUEUE_BYTES_MAX = 1_048_576;
// A slow line trickles instead of pausing for seconds and then bursting.
const SLICES_PER_SECOND = 20;

/** One direction of one connection. Bytes keep their order whatever the rules are. */
export class Lane {
  readonly #parts: LaneParts;
  readonly #queue: Waiting[] = [];
  #queuedBytes = 0;
  #freeAt = 0;
  #timer: Timer | undefined;
  #blocked = false;
  #ended = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    const { from, to } = parts;
    from.on("data", (chunk: Buffer) => this.#take(chunk));
    from.on("end", () => {
      this.#ended = true;
      this.run();
    });
    to.on("drain", () => {
      this.#blocked = false;
      this.run();
    });
  }

  /** Moves what may move now; called again after every change of the rules. */
  run(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { from, to, rules, clock } = this.#parts;
    while (!rules.stalled && !this.#blocked) {
      const waitMs = this.#waitMs();
      if (waitMs === undefined) break;
      if (waitMs > 0) {
        this.#timer = clock.after(waitMs, () => this.run());
        break;
      }
      this.#forward();
    }
    if (rules.stalled || this.#queuedBytes > QUEUE_BYTES_MAX) from.pause();
    else if (from.isPaused()) from.resume();
    if (this.#ended && this.#queue.length === 0 && !rules.stalled && !to.writableEnded) to.end();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#queue.length = 0;
  }

  #take(chunk: Buffer): void {
    const admitted = this.#parts.admit(chunk);
    if (admitted.length === 0) return;
    this.#queue.push({ chunk: admitted, dueAt: this.#parts.clock.monotonic() + this.#parts.rules.delayMs });
    this.#queuedBytes += admitted.length;
    this.run();
  }

  /** Until the first chunk may go; undefined when none waits. */
  #waitMs(): number | undefined {
    const first = this.#queue[0];
    if (first === undefined) return undefined;
    const dueAt =
      this.#parts.rules.bytesPerSecond === Number.POSITIVE_INFINITY
        ? first.dueAt
        : Math.max(first.dueAt, this.#freeAt);
    return Math.max(0, dueAt - this.#parts.clock.monotonic());
  }

  #forward(): void {
    const { to, rules, clock } = this.#parts;
    const first = this.#queue.shift();
    if (first === undefined) return;
    const sliceBytes = Math.max(1, Math.floor(rules.bytesPerSecond / SLICES_PER_SECOND));
    const slice = first.chunk.subarray(0, sliceBytes);
    const rest = first.chunk.subarray(slice.length);
    if (rest.length > 0) this.#queue.unshift({ chunk: rest, dueAt: first.dueAt });
    this.#queuedBytes -= slice.length;
    this.#freeAt = clock.monotonic() + (slice.length / rules.bytesPerSecond) * 1_000;
    if (!to.writable) return;
    this.#blocked = !to.write(slice);
  }
}
