import { AppError, fail } from "../errors/index.js";
import type { ServerCall } from "./context.js";
import type { Expirable } from "./deadlines.js";

/** Takes the outcome of a call, once: either an error or the encoded response. */
export type Done = (error: AppError | undefined, response: Uint8Array) => void;

const NOTHING = new Uint8Array(0);

/** What a call tells the server when it is over. `cause` is what was thrown when it was no AppError. */
export interface CallObserver {
  ended(running: RunningCall, error: AppError | undefined, cause: unknown): void;
}

/** One call from its start to its only outcome; a handler that comes too late is not heard. */
export class RunningCall implements Expirable {
  readonly method: string;
  readonly call: ServerCall;
  readonly startedAt: number;
  readonly #encode: (value: unknown) => Uint8Array;
  readonly #observer: CallObserver;
  readonly #done: Done;
  #ended = false;

  constructor(
    method: { readonly name: string; readonly encode: (value: unknown) => Uint8Array },
    call: ServerCall, startedAt: number, observer: CallObserver, done: Done,
  ) {
    this.method = method.name;
    this.call = call;
    this.startedAt = startedAt;
    this.#encode = method.encode;
    this.#observer = observer;
    this.#done = done;
  }

  get deadlineAt(): number {
    return this.call.deadlineAt;
  }

  succeed(value: unknown): void {
    if (this.#ended) return;
    let response: Uint8Array;
    try {
      response = this.#encode(value);
    } catch (error) {
      return this.fail(error);
    }
    this.#ended = true;
    this.#observer.ended(this, undefined, undefined);
    this.#done(undefined, response);
  }

  fail(thrown: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const expected = thrown instanceof AppError;
    const error = expected ? thrown : fail("ERR_EXCEPTION", undefined, { cause: thrown });
    this.#observer.ended(this, error, expected ? undefined : thrown);
    this.#done(error, NOTHING);
  }

  expire(): void {
    this.call.cancel();
    this.fail(fail("ERR_MISSION_FAILED", "The deadline passed."));
  }
}
