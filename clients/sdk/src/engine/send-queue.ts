// Sends of one client (chat.md 12.4, 12.5). Of each conversation one send is under way at a time, so that repeats cannot overtake.
// A send whose outcome is unknown, or that may be repeated, is repeated with the same muid for up to 60 s; the log keeps one.

import type { SendMessageRequest, SendMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import type { Clock } from "../clock.js";
import { failure, toException, type ParlanceException } from "../errors.js";
import type { Random } from "../random.js";
import { keyOf } from "./address.js";

const GIVE_UP_MS = 60_000;
const STEP_MS = 500;
const CAP_MS = 8_000;
const WAITING_MAX = 1_000;

export interface SendQueueOptions {
  readonly clock: Clock;
  readonly random: Pick<Random, "next">;
  /** Over the socket, or over HTTP while there is none. */
  readonly send: (request: SendMessageRequest) => Promise<SendMessageResponse>;
}

export class SendQueue {
  readonly #options: SendQueueOptions;
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #wakers = new Set<() => void>();
  #waiting = 0;
  #closed: ParlanceException | undefined;

  constructor(options: SendQueueOptions) {
    this.#options = options;
  }

  async send(request: SendMessageRequest): Promise<SendMessageResponse> {
    if (this.#waiting >= WAITING_MAX) throw failure("ERR_TOO_MANY_REQUESTS", { message: "Too many sends wait." });
    const key = keyOf(request);
    const before = this.#tails.get(key);
    const giveUpAt = this.#options.clock.monotonic() + GIVE_UP_MS;
    const sent = before === undefined
      ? this.#attempts(request, giveUpAt)
      : before.then(() => this.#attempts(request, giveUpAt), () => this.#attempts(request, giveUpAt));
    this.#tails.set(key, sent);
    this.#waiting += 1;
    try {
      return await sent;
    } finally {
      this.#waiting -= 1;
      if (this.#tails.get(key) === sent) this.#tails.delete(key);
    }
  }

  /** Connected again: those who wait for a repeat try at once. */
  wake(): void {
    for (const waker of this.#wakers) waker();
  }

  /** The session ends: what waits is rejected. */
  close(exception: ParlanceException): void {
    this.#closed = exception;
    this.wake();
  }

  async #attempts(request: SendMessageRequest, giveUpAt: number): Promise<SendMessageResponse> {
    const { clock, send } = this.#options;
    for (let n = 0; ; n += 1) {
      if (this.#closed !== undefined) throw this.#closed;
      // It waited behind others for all of its time.
      if (n === 0 && clock.monotonic() >= giveUpAt) throw failure("ERR_MISSION_FAILED", { message: "It could not be sent in time." });
      try {
        return await send(n === 0 ? request : { ...request, resend: true });
      } catch (error) {
        const exception = toException(error);
        if (!exception.retryable) throw exception;
        const leftMs = giveUpAt - clock.monotonic();
        const waitMs = this.#waitOf(n, exception.retryAfterMs);
        if (leftMs <= waitMs) throw exception;
        await this.#wait(waitMs, exception.retryAfterMs === 0);
      }
    }
  }

  #waitOf(n: number, retryAfterMs: number): number {
    const jitter = this.#options.random.next();
    if (retryAfterMs > 0) return Math.floor(retryAfterMs * (1 + jitter));
    return Math.floor(STEP_MS + jitter * Math.min(CAP_MS, STEP_MS * 2 ** n));
  }

  #wait(ms: number, mayWake: boolean): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        timer.cancel();
        this.#wakers.delete(go);
        resolve();
      };
      const timer = this.#options.clock.after(ms, go);
      if (mayWake) this.#wakers.add(go);
    });
  }
}
