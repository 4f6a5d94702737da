import { fail, type AppError } from "../../errors/index.js";
import type { OutgoingContext, Unsubscribe } from "../context.js";
import type { Expirable } from "../deadlines.js";
import { LostCall } from "../lost-call.js";

export interface Settlement {
  resolve(response: Uint8Array): void;
  reject(error: AppError): void;
  /** Called once, when the outcome is known. */
  settled(call: PendingCall): void;
}

/** A call of a client from the moment it was made until its outcome is known. */
export class PendingCall implements Expirable {
  readonly id: number;
  readonly method: string;
  readonly request: Uint8Array;
  readonly context: OutgoingContext;
  readonly deadlineAt: number;
  /** Written to a stream: from now on it may have had an effect. */
  sent = false;
  stopListening: Unsubscribe | undefined;
  #settlement: Settlement | undefined;

  constructor(
    call: { readonly id: number; readonly method: string; readonly request: Uint8Array },
    context: OutgoingContext, deadlineAt: number, settlement: Settlement,
  ) {
    this.id = call.id;
    this.method = call.method;
    this.request = call.request;
    this.context = context;
    this.deadlineAt = deadlineAt;
    this.#settlement = settlement;
  }

  get isSettled(): boolean {
    return this.#settlement === undefined;
  }

  succeed(response: Uint8Array): void {
    this.#end()?.resolve(response);
  }

  fail(error: AppError): void {
    this.#end()?.reject(error);
  }

  /** Its caller waits no longer. Fails with what is known of the effect: none before it was sent, unknown after. */
  giveUp(why: string): void {
    if (!this.isSettled) this.fail(fail(this.sent ? "ERR_MISSION_FAILED" : "ERR_OPERATION_FAILED", why));
  }

  /** The way to the target is gone; the caller may try another. */
  lose(why: string, cause?: unknown): void {
    if (!this.isSettled) this.fail(new LostCall(!this.sent, why, cause));
  }

  expire(): void {
    this.giveUp("The deadline passed.");
  }

  #end(): Settlement | undefined {
    const settlement = this.#settlement;
    this.#settlement = undefined;
    this.stopListening?.();
    settlement?.settled(this);
    return settlement;
  }
}
