/**
 * A connection to the brokers that belongs to no consumer group. kafkajs gives it to whoever assigns partitions; the
 * consumer it came with is never run.
 */
import { PartitionAssigners, type Cluster, type Kafka } from "kafkajs";

export function clusterOf(kafka: Kafka, name: string): Cluster {
  let cluster: Cluster | undefined;
  kafka.consumer({
    groupId: name,
    allowAutoTopicCreation: false,
    metadataMaxAge: 60_000,
    readUncommitted: false,
    partitionAssigners: [
      (given) => {
        cluster = given.cluster;
        return PartitionAssigners.roundRobin(given);
      },
    ],
  });
  if (cluster === undefined) throw new Error("kafkajs made no cluster");
  return cluster;
}
