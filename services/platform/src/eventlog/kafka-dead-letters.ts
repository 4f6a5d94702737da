/** Dead letters as messages of their own topic: key and value as they were, all else in headers (E12). */
import type { IHeaders, Kafka } from "kafkajs";
import { fail, type ErrorName } from "../errors/index.js";
import type { Log } from "../log/index.js";
import type { Random } from "../random/index.js";
import { TIMED_OUT, within, type Clock } from "../time/index.js";
import { clusterOf } from "./kafka-cluster.js";
import { edgesOf, FETCH_PAUSE } from "./kafka-fetch.js";
import type { KafkaProducer } from "./kafka-producer.js";
import { KafkaReader } from "./kafka-reader.js";
import { bufferOf, bytesIn, headerOf, headersOf, type FetchedMessage, type PartitionOf } from "./kafka-records.js";
import { RECORD_BYTES_MAX, TOPICS } from "./kafka-topics.js";
import type { DeadLetter, DeadLetters, Topic } from "./port.js";

const ASK_AGAIN_MS = 20;
const READ_WITHIN_MS = 15_000;

export type KafkaDeadLettersOptions = {
  readonly kafka: Kafka;
  readonly producer: KafkaProducer;
  readonly topic: string;
  readonly partitionOf: PartitionOf;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

export class KafkaDeadLetters implements DeadLetters {
  readonly #options: KafkaDeadLettersOptions;

  constructor(options: KafkaDeadLettersOptions) {
    this.#options = options;
  }

  /** A letter about a record no topic takes keeps its beginning. */
  async put(letter: DeadLetter): Promise<void> {
    const { producer, topic, partitionOf } = this.#options;
    const value = bufferOf(letter.value.subarray(0, RECORD_BYTES_MAX));
    const headers = letterHeaders(letter, value.byteLength < letter.value.byteLength);
    const message = { key: letter.key, value, headers, partition: partitionOf("dead", letter.key) };
    await producer.send({ topic, messages: [message], acks: -1 });
  }

  /** Reads the topic from its start: for operators and tests. */
  async list(limit: number): Promise<readonly DeadLetter[]> {
    const { kafka, topic, clock, random, log } = this.#options;
    const letters = new Map<string, DeadLetter>();
    const cluster = clusterOf(kafka, `${topic}.reader`);
    const shapes = [{ topic, partitions: TOPICS.dead.partitions }];
    const onRecords = (read: readonly DeadLetter[]): void => {
      for (const letter of read) {
        const place = JSON.stringify([letter.consumer, letter.topic, letter.partition, letter.offset, letter.headers.id]);
        if (!letters.has(place)) letters.set(place, letter);
      }
    };
    const make = (_topic: string, _partition: number, message: FetchedMessage): DeadLetter => letterOf(message);
    const reader = new KafkaReader({ name: "dead", cluster, topics: shapes, from: "start", make, onRecords, pauseMs: FETCH_PAUSE.promptMs, clock, random, log });
    const readAll = async (): Promise<void> => {
      await reader.place();
      const ends = (await edgesOf(cluster, shapes, "end")).get(topic) ?? [];
      const isBehind = () => ends.some((end, partition) => (reader.positions.get(topic)?.[partition] ?? 0) < end);
      while (isBehind() && !reader.isClosed) await clock.sleep(ASK_AGAIN_MS);
    };
    try {
      const read = await within(clock, READ_WITHIN_MS, readAll());
      if (read === TIMED_OUT) throw fail("ERR_OPERATION_FAILED", "the dead letters are not readable in time");
    } finally {
      await reader.close();
    }
    return [...letters.values()].toSorted((one, other) => one.atMs - other.atMs).slice(0, limit);
  }
}

function letterHeaders(letter: DeadLetter, isCut: boolean): IHeaders {
  const { topic, partition, offset, consumer, errorCode, attempts, atMs } = letter;
  const about = { topic, partition, offset, consumer, error: errorCode, attempts, at: atMs };
  const entries = Object.entries(about).map(([name, value]) => [`dead-${name}`, String(value)]);
  return { ...letter.headers, ...Object.fromEntries(entries), ...(isCut ? { "dead-cut": "true" } : {}) };
}

function letterOf(message: FetchedMessage): DeadLetter {
  const said = (name: string): string => headerOf(message.headers ?? {}, `dead-${name}`) ?? "";
  return {
    topic: said("topic") as Topic,
    partition: Number(said("partition")),
    offset: Number(said("offset")),
    key: message.key?.toString("utf8") ?? "",
    value: bytesIn(message),
    headers: headersOf(message),
    consumer: said("consumer"),
    errorCode: said("error") as ErrorName,
    attempts: Number(said("attempts")),
    atMs: Number(said("at")),
  };
}
