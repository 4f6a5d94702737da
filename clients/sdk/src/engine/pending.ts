import type { Clock, Timer } from "../clock.js";
import { failure, type ParlanceException } from "../errors.js";

interface Waiting {
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: ParlanceException) => void;
  readonly timer: Timer;
}

/** Frames that wait for the answer with their id. */
export class Pending {
  readonly #clock: Clock;
  readonly #onOverdue: () => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** `onOverdue`: an answer did not come in time, and nobody waits for it any more. */
  constructor(clock: Clock, onOverdue: () => void = () => undefined) {
    this.#clock = clock;
    this.#onOverdue = onOverdue;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** The id to send, and its answer. Without one in time: ERR_MISSION_FAILED. */
  open(timeoutMs: number): { readonly id: number; readonly answer: Promise<Uint8Array> } {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<Uint8Array>((resolve, reject) => {
      const timer = this.#clock.after(timeoutMs, () => {
        this.#onOverdue();
        this.reject(id, failure("ERR_MISSION_FAILED"));
      });
      this.#waiting.set(id, { resolve, reject, timer });
    });
    return { id, answer };
  }

  resolve(id: number, answer: Uint8Array): void {
    this.#take(id)?.resolve(answer);
  }

  reject(id: number, error: ParlanceException): void {
    this.#take(id)?.reject(error);
  }

  rejectAll(error: ParlanceException): void {
    for (const id of this.#waiting.keys()) this.reject(id, error);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.timer.cancel();
    return waiting;
  }
}
