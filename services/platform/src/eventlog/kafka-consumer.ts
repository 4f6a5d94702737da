/** A kafkajs consumer with every setting explicit (CK13–CK17), and its three events that matter. */
import type { Consumer, Kafka } from "kafkajs";
import { RETRY } from "./kafka-client.js";
import { FETCH } from "./kafka-fetch.js";

export type ConsumerListeners = {
  readonly onJoin: (consumer: Consumer, assignment: Readonly<Record<string, readonly number[]>>) => void;
  readonly onFetch: () => unknown;
  /** Whether kafkajs may start it again after a failure that may pass. */
  readonly isWanted: (consumer: Consumer) => boolean;
  /** kafkajs has given it up and will not start it again. */
  readonly onDead: (consumer: Consumer, error: unknown) => void;
};

export function buildConsumer(
  kafka: Kafka,
  { groupId, sessionTimeoutMs }: { readonly groupId: string; readonly sessionTimeoutMs: number },
  { onJoin, onFetch, isWanted, onDead }: ConsumerListeners,
): Consumer {
  const consumer: Consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    readUncommitted: false,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.min(3_000, sessionTimeoutMs / 6),
    rebalanceTimeout: 2 * sessionTimeoutMs,
    metadataMaxAge: 60_000,
    minBytes: FETCH.minBytes,
    maxWaitTimeInMs: FETCH.maxWaitMs,
    maxBytes: FETCH.bytesMax,
    maxBytesPerPartition: FETCH.partitionBytesMax,
    // The consumer's own fetches and commits, no more.
    maxInFlightRequests: 4,
    retry: { ...RETRY, restartOnFailure: async () => isWanted(consumer) },
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => onJoin(consumer, payload.memberAssignment));
  consumer.on(consumer.events.FETCH, () => void onFetch());
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) onDead(consumer, payload.error);
  });
  return consumer;
}
