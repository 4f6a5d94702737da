/**
 * Sends batches until they are in the log or 10 s are over.
 *
 * The tries are ours, not kafkajs's: a send that was given up must not go on trying behind our back. A producer that
 * says it is broken for good, or that had no success for 10 s, is replaced (K3); the old one ends by itself.
 */
import type { Kafka, Message, Producer } from "kafkajs";
import { Partitioners } from "kafkajs";
import type { Log } from "../log/index.js";
import type { Random } from "../random/index.js";
import { TIMED_OUT, within, type Clock } from "../time/index.js";
import { letGo, RETRY } from "./kafka-client.js";
import { isFatalForProducer, isTooLarge, refusalOf } from "./kafka-errors.js";

const SEND_WITHIN_MS = 10_000;
/** CK9. */
const BROKER_WITHIN_MS = 5_000;

export type Sending = { readonly topic: string; readonly messages: Message[]; readonly acks: -1 | 1 };
type Client = Pick<Producer, "connect" | "disconnect" | "send">;
type Slot = { readonly client: Client; readonly builtAt: number; connected?: Promise<void> | undefined };

export type KafkaProducerOptions = {
  readonly build: () => Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

/** CK4, CK6, CK7, CK12. */
export function buildProducer(kafka: Kafka): Producer {
  return kafka.producer({
    allowAutoTopicCreation: false,
    idempotent: false,
    maxInFlightRequests: 4,
    metadataMaxAge: 60_000,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { ...RETRY, retries: 0 },
  });
}

export class KafkaProducer {
  readonly #options: KafkaProducerOptions;
  readonly #leaving = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #slot: Slot;
  #succeededAt = 0;
  #built = 0;

  constructor(options: KafkaProducerOptions) {
    this.#options = options;
    this.#slot = this.#build();
  }

  /** Producers made so far. */
  get built(): number {
    return this.#built;
  }

  /** Throws what the caller of the log is told. */
  async send(sending: Sending): Promise<void> {
    const { clock, random } = this.#options;
    const deadline = clock.monotonic() + SEND_WITHIN_MS;
    for (let attempt = 0; ; attempt += 1) {
      const slot = this.#slot;
      try {
        await this.#sendOnce(slot, sending, deadline);
        this.#succeededAt = clock.monotonic();
        return;
      } catch (error) {
        if (isFatalForProducer(error)) this.#replace(slot, error);
        const left = deadline - clock.monotonic();
        if (isTooLarge(error) || attempt >= RETRY.retries || left <= 0 || this.#stop.signal.aborted) {
          this.#replaceIfUseless(slot, error);
          throw refusalOf(error);
        }
        const wait = Math.min(left, RETRY.maxRetryTime, RETRY.initialRetryTime * 2 ** attempt);
        await clock.sleep(wait / 2 + random.fullJitter(wait / 2), this.#stop.signal).catch(() => undefined);
      }
    }
  }

  /** Sends under way end with an error. At most 2.5 s. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#leaving, letGo(this.#slot.client, this.#options.clock, this.#options.log)]);
  }

  async #sendOnce(slot: Slot, { topic, messages, acks }: Sending, deadline: number): Promise<void> {
    const { clock } = this.#options;
    const work = async (): Promise<void> => {
      await this.#connect(slot);
      // CK18: no compression.
      await slot.client.send({ topic, messages, acks, timeout: BROKER_WITHIN_MS, compression: 0 });
    };
    const sent = await within(clock, deadline - clock.monotonic(), work());
    if (sent === TIMED_OUT) throw new Error("no answer in time");
  }

  #connect(slot: Slot): Promise<void> {
    slot.connected ??= slot.client.connect().catch((error: unknown) => {
      slot.connected = undefined;
      throw error;
    });
    return slot.connected;
  }

  #replaceIfUseless(slot: Slot, error: unknown): void {
    const since = Math.max(this.#succeededAt, slot.builtAt);
    if (!isTooLarge(error) && this.#options.clock.monotonic() - since >= SEND_WITHIN_MS) this.#replace(slot, error);
  }

  #replace(slot: Slot, error: unknown): void {
    if (this.#slot !== slot || this.#stop.signal.aborted) return;
    const { clock, log } = this.#options;
    log.warn({ error }, "kafka producer replaced");
    this.#slot = this.#build();
    const leaving = letGo(slot.client, clock, log).finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }

  #build(): Slot {
    this.#built += 1;
    return { client: this.#options.build(), builtAt: this.#options.clock.monotonic() };
  }
}
