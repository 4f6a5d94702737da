/** What kafkajs answers to a fetch, which its types leave open, and where a topic's partitions begin and end. */
import type { Cluster } from "kafkajs";
import type { FetchedMessage } from "./kafka-records.js";

/**
 * CK14, but for the wait: the broker answers as soon as there is something, so a long one delays nothing but a close. Asking
 * 20 times a second costs an idle broker of a small cluster 10 % of a core and every process 4 %; twice a second a third of that.
 */
export const FETCH = { minBytes: 1, maxWaitMs: 500, bytesMax: 1024 * 1024, partitionBytesMax: 256 * 1024 } as const;

/**
 * After a fetch that brought something the next one waits so long. A fetch costs the same for one record as for
 * hundreds, and most of it is spent on naming every partition: at the pace of sends, six readers and four groups cost
 * a broker half a core. So only those wait a short time for whom somebody waits.
 */
export const FETCH_PAUSE = { promptMs: 2, otherwiseMs: 50 } as const;

export type FetchedPartition = {
  readonly partition: number;
  readonly highWatermark: string;
  readonly messages: readonly FetchedMessage[];
};
export type FetchAnswer = {
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
};

/** Next offset to read of each partition, by topic. */
export type Positions = ReadonlyMap<string, number[]>;

export type TopicShape = { readonly topic: string; readonly partitions: number };

export type Wanted = readonly { readonly topic: string; readonly partitions: readonly number[] }[];

export async function fetchFrom(cluster: Cluster, nodeId: string, wanted: Wanted, positions: Positions): Promise<FetchAnswer> {
  const broker = await cluster.findBroker({ nodeId });
  return (await broker.fetch({
    minBytes: FETCH.minBytes,
    maxWaitTime: FETCH.maxWaitMs,
    maxBytes: FETCH.bytesMax,
    topics: wanted.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((partition) => ({
        partition,
        fetchOffset: String(positions.get(topic)?.[partition] ?? 0),
        maxBytes: FETCH.partitionBytesMax,
      })),
    })),
  })) as FetchAnswer;
}

/** Where each topic begins or ends now. */
export async function edgesOf(cluster: Cluster, shapes: readonly TopicShape[], edge: "start" | "end"): Promise<Positions> {
  const answers = await cluster.fetchTopicsOffset(shapes.map(({ topic, partitions }) => ({
    topic,
    partitions: Array.from({ length: partitions }, (_, partition) => ({ partition })),
    fromBeginning: edge === "start",
  })));
  const positions = new Map(shapes.map(({ topic, partitions }) => [topic, new Array<number>(partitions).fill(-1)]));
  for (const { topic, partitions } of answers) {
    for (const { partition, offset } of partitions) positions.get(topic)![partition] = Number(offset);
  }
  for (const each of positions.values()) if (each.includes(-1)) throw new Error("a partition has no leader");
  return positions;
}

/** The brokers that lead them, and what each leads. */
export function leadersOf(cluster: Cluster, shapes: readonly TopicShape[]): ReadonlyMap<string, Wanted> {
  const leaders = new Map<string, { topic: string; partitions: number[] }[]>();
  for (const { topic, partitions } of shapes) {
    const all = Array.from({ length: partitions }, (_, partition) => partition);
    for (const [node, led] of Object.entries(cluster.findLeaderForPartitions(topic, all))) {
      leaders.set(node, [...(leaders.get(node) ?? []), { topic, partitions: led }]);
    }
  }
  return leaders;
}
