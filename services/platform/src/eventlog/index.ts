export type {
  DeadLetter, DeadLetters, Decode, EventHandler, EventHandlers, EventLog, EventMeta, EventOfKind, Following, FollowOptions,
  GroupDeclaration, HandlerAnswer, KindOf, LogRecord, LostRecords, OnBatch, PlacedRecord, RecordHeaders, Subscription, Topic,
} from "./port.js";
export { EVENT_PARTITIONS, partitionOf } from "./partition.js";
export { PartitionRunner, type Outcome, type RunnerBounds, type RunnerOptions } from "./runner.js";
export { decodeEvent } from "./decode-event.js";
export { LocalEventLog, type LocalEventLogOptions } from "./local-event-log.js";
export { eventLogModule } from "./local-store.js";
export { createKafkaEventLog } from "./kafka-open.js";
export type { Lag } from "./kafka-lag.js";
export type { KafkaEventLog, KafkaEventLogOptions } from "./kafka-event-log.js";
export { kafkaSettings, type KafkaSettings } from "./kafka-settings.js";
export type { OutboxEntry, OutboxStore } from "./outbox.js";
export { createSqliteOutbox, insertOutbox, outboxModule, type OutboxModule } from "./sqlite-outbox.js";
export { Relay, type RelayOptions } from "./relay.js";
export { duplicatingLog } from "./duplicating-log.js";
export { shufflingLog } from "./shuffling-log.js";
