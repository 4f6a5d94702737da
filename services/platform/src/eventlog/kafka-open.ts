import type { Event } from "@parlance/proto/event/v1/event";
import type { KafkaEventLog, KafkaEventLogOptions } from "./kafka-event-log.js";

/** The log of a cluster, not yet started. Only a process that calls this loads the Kafka client. */
export async function createKafkaEventLog<E = Event>(options: KafkaEventLogOptions<E>): Promise<KafkaEventLog<E>> {
  const module = await import("./kafka-event-log.js");
  return new module.KafkaEventLog<E>(options);
}
