/** Records of the port as Kafka messages and back. */
import { Partitioners, type IHeaders, type Message } from "kafkajs";
import { fail } from "../errors/index.js";
import { RECORD_BYTES_MAX, TOPICS, type LogTopic } from "./kafka-topics.js";
import type { LogRecord, PlacedRecord, RecordHeaders, Topic } from "./port.js";

/** Bytes Kafka adds to a record and its headers, generously. */
const OVERHEAD_BYTES = 128;

/** As a fetch of kafkajs hands them out. */
export type FetchedMessage = {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IHeaders;
};

export type PartitionOf = (topic: LogTopic, key: string) => number;

/** CK12: murmur2 as in the Java clients, so that other programs find and write a key where Parlance does. */
export function createPartitionOf(): PartitionOf {
  const partitioner = Partitioners.DefaultPartitioner();
  const metadataOf = (kind: LogTopic) => Array.from({ length: TOPICS[kind].partitions }, (_, partitionId) => ({
    partitionId, partitionErrorCode: 0, leader: 0, replicas: [], isr: [],
  }));
  const metadata = { events: metadataOf("events"), live: metadataOf("live"), dead: metadataOf("dead") };
  return (topic, key) => partitioner({ topic, partitionMetadata: metadata[topic], message: { key, value: null } });
}

export function bytesOf({ key, value, headers }: LogRecord): number {
  const { id, kind, origin = "", except = "" } = headers;
  return value.byteLength + 3 * (key.length + id.length + kind.length + origin.length + except.length) + OVERHEAD_BYTES;
}

/** Throws for a record that can never be taken. */
export function assertAppendable(record: LogRecord): void {
  if (bytesOf(record) > RECORD_BYTES_MAX) throw fail("ERR_PAYLOAD_TOO_LARGE", "a record is larger than the event log takes");
  if (record.key === "" || record.headers.id === "") throw fail("ERR_BAD_REQUEST", "a record has no key or no id");
}

export function messageOf({ key, value, headers }: LogRecord, partition: number): Message {
  return { key, value: bufferOf(value), headers: { ...headers }, partition };
}

export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Offsets of the port begin at 1, so that 0 says "nothing yet": Kafka's offset of the next record is the port's of this one. */
function offsetOf({ offset }: FetchedMessage): number {
  return Number(offset) + 1;
}

function keyOf({ key }: FetchedMessage): string {
  return key?.toString("utf8") ?? "";
}

export function recordOf(topic: Topic, partition: number, message: FetchedMessage): PlacedRecord {
  return {
    topic,
    partition,
    offset: offsetOf(message),
    key: keyOf(message),
    value: bytesIn(message),
    headers: headersOf(message),
  };
}

/**
 * A record of which only what is asked for is decoded (E9): most of what a gateway reads concerns nobody there, and its
 * key is enough to know.
 */
export class LazyRecord implements PlacedRecord {
  readonly topic: Topic;
  readonly partition: number;
  readonly #message: FetchedMessage;
  #headers: RecordHeaders | undefined;

  constructor(topic: Topic, partition: number, message: FetchedMessage) {
    this.topic = topic;
    this.partition = partition;
    this.#message = message;
  }

  get offset(): number {
    return offsetOf(this.#message);
  }

  get key(): string {
    return keyOf(this.#message);
  }

  get value(): Uint8Array {
    return bytesIn(this.#message);
  }

  get headers(): RecordHeaders {
    return (this.#headers ??= headersOf(this.#message));
  }
}

/** The same memory without the manners of a Buffer. */
export function bytesIn({ value }: FetchedMessage): Uint8Array {
  return value === null ? new Uint8Array(0) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** A message of another program may lack them: then no handler wants it. */
export function headersOf({ headers = {} }: FetchedMessage): RecordHeaders {
  const origin = headerOf(headers, "origin");
  const except = headerOf(headers, "except");
  return {
    id: headerOf(headers, "id") ?? "",
    kind: headerOf(headers, "kind") ?? "",
    ...(origin === undefined ? {} : { origin }),
    ...(except === undefined ? {} : { except }),
  };
}

export function headerOf(headers: IHeaders, name: string): string | undefined {
  const value = headers[name];
  const one = Array.isArray(value) ? value[0] : value;
  return one === undefined ? undefined : one.toString();
}
