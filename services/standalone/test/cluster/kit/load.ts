import type { Random } from "@parlance/platform/random";
import type { CallAnswer } from "@parlance/platform/testing";
import type { Clock } from "@parlance/platform/time";
import { object } from "../../faults/kit/rows.js";
import type { Place } from "../../faults/kit/places.js";
import type { Roamer } from "./roamer.js";

export interface LoadOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Who sends where. */
  readonly lanes: readonly { readonly roamer: Roamer; readonly place: Place }[];
  /** Mean time between an ack and the next send on one lane. */
  readonly paceMs: number;
  /** The recorder's. */
  readonly now: () => number;
}

const BACKOFF_MAX_MS = 400;
const READ_BACK = 10;
const READ_EVERY = 25;
const MARK_EVERY = 40;

/**
 * Every device sends to every conversation of its own, one message after another on each; what has no outcome or was refused
 * for now is sent again under the same muid until it is acked.
 */
export class Load {
  acked = 0;
  /** The highest number acked, by conversation. */
  readonly heads = new Map<string, number>();
  /** When the last was acked, by lane; on the recorder's time line. */
  readonly ackedAt = new Map<number, number>();
  readonly #options: LoadOptions;
  #failure: Error | undefined;
  #stopping = false;
  #running: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<() => void>();

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  get lanes(): readonly number[] {
    return [...this.#options.lanes.keys()];
  }

  start(): void {
    this.#running = Promise.all(this.#options.lanes.map(({ roamer, place }, index) => this.#lane(roamer, place, index)));
    // Told by stop.
    this.#running.catch(() => {});
  }

  /** Sends nothing new, and returns when everything sent is acked. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Returns when so many more are acked. */
  async more(count: number): Promise<void> {
    const goal = this.acked + count;
    await new Promise<void>((resolve, reject) => {
      const listener = (): void => {
        if (this.acked < goal && this.#failure === undefined) return;
        this.#listeners.delete(listener);
        if (this.#failure === undefined) resolve();
        else reject(this.#failure);
      };
      this.#listeners.add(listener);
      listener();
    });
  }

  async #lane(roamer: Roamer, place: Place, lane: number): Promise<void> {
    const { clock, random, paceMs } = this.#options;
    await clock.sleep(random.int(paceMs));
    for (let number = 1; !this.#stopping && this.#failure === undefined; number += 1) {
      const text = `${roamer.client.name.split("/").slice(1).join("-")}-${lane}-${number}`;
      await this.#untilAcked(roamer, place, text);
      this.ackedAt.set(lane, this.#options.now());
      if (number % READ_EVERY === 0) await roamer.client.read(place, Math.max(0, roamer.client.through(place) - READ_BACK));
      if (number % MARK_EVERY === 0) await roamer.client.markRead(place);
      await clock.sleep(random.int(2 * paceMs));
    }
  }

  async #untilAcked(roamer: Roamer, place: Place, text: string): Promise<void> {
    const { clock, random } = this.#options;
    for (let attempt = 1; this.#failure === undefined; attempt += 1) {
      await roamer.client.whenConnected();
      const answer = await roamer.client.send({ place, muid: text, text }, attempt);
      if (answer.outcome === "ok") return this.#onAck(roamer.client.nameOf(place), answer);
      // Nobody is there any more: a client that hears nothing leaves.
      if (answer.outcome === "unknown" && answer.why.startsWith("no answer")) await roamer.client.drop();
      if (answer.outcome === "fail" && !answer.error.retryable) this.#fail(`${text} was refused with ${JSON.stringify(answer.error)}`);
      await clock.sleep(random.int(Math.min(BACKOFF_MAX_MS, 50 * 2 ** attempt)));
    }
  }

  #onAck(conversation: string, answer: Extract<CallAnswer, { outcome: "ok" }>): void {
    const seq = Number(object(answer.result["message"])?.["seq"]);
    this.acked += 1;
    this.heads.set(conversation, Math.max(this.heads.get(conversation) ?? 0, seq));
    for (const listener of this.#listeners) listener();
  }

  #fail(text: string): void {
    this.#failure = new Error(text);
    for (const listener of this.#listeners) listener();
  }
}
