import type { EventLog, GroupDeclaration, Subscription } from "@parlance/platform/eventlog";
import { IdSource } from "@parlance/platform/ids";
import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Metrics } from "@parlance/platform/metrics";
import type { Random } from "@parlance/platform/random";
import type { RpcChannel, RpcServer } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import { EventSinkServiceService } from "@parlance/proto/event/v1/event_sink_service";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { createClients } from "./clients.js";
import type { MessagingConfig } from "./config.js";
import type { MessagingContext } from "./context.js";
import { Directory } from "./directory.js";
import { CONSUMED_KINDS, deliver, messagingConsumers } from "./events/index.js";
import { followChanges } from "./events/on-changed-elsewhere.js";
import { RowRelay } from "./log/relay.js";
import { LogWriter } from "./log/writer.js";
import { Members } from "./members.js";
import { messagingHandlers } from "./rpc/index.js";
import { Turns } from "./steps/turns.js";
import type { LogStore, MessagingStorage, RowOutbox } from "./store/ports.js";

export interface MessagingDeps {
  /** Where everything is kept: `messagingSqliteStorage(…)` or `messagingMongoStorage(…)`. */
  readonly storage: MessagingStorage;
  readonly eventLog: EventLog;
  /** Where identity answers. */
  readonly identity: RpcChannel;
  /** Where group answers. */
  readonly group: RpcChannel;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: MessagingConfig;
  /** 0 to 15, unlike that of any other messaging pod. */
  readonly node: number;
  /** Tests put faults between the writer and its store. */
  readonly wrapLogStore?: (store: LogStore & RowOutbox) => LogStore & RowOutbox;
}

export interface MessagingService {
  /** In start order. */
  readonly components: readonly Component[];
  register(server: RpcServer): void;
  /** No write, no event and no publication is under way. */
  idle(): boolean;
}

/** To be declared when the event log is made. */
export const messagingConsumer: GroupDeclaration = { name: "messaging", kinds: CONSUMED_KINDS };

export function createMessagingService(deps: MessagingDeps): MessagingService {
  const { storage, eventLog, clock, random, config } = deps;
  const log = deps.log.child({ service: "messaging" });
  const logs = deps.wrapLogStore?.(storage.logs) ?? storage.logs;
  const { views, history } = storage;
  const relay = new RowRelay({ outbox: logs, eventLog, clock, random, log });
  const writer = new LogWriter({
    store: logs, clock, random, log,
    ids: new IdSource(clock, deps.node),
    committed: (rows) => relay.offer(rows),
    lanes: storage.lanes,
    rowsMax: config.messagingLaneRowsMax,
    bytesMax: config.messagingLaneBytesMax,
    rowsPerConversationMax: config.messagingConversationRowsMax,
  });
  const context: MessagingContext = {
    writer, logs, views, history, eventLog, config, clock, random, log,
    directory: new Directory(createClients(deps), clock),
    members: new Members(views, clock),
    turns: new Turns(),
    epoch: storage.epoch,
  };
  exportFigures(deps.metrics, writer);
  return {
    components: [preparation(storage), relay, writer, consumer(eventLog, context)],
    register: (server) => {
      server.register(MessagingServiceService, messagingHandlers(context));
      server.register(EventSinkServiceService, { deliver: (request) => deliver(context, request) });
    },
    idle: () => writer.idle && relay.idle,
  };
}

function preparation(storage: MessagingStorage): Component {
  return { name: "messaging-storage", start: () => storage.prepare(), stop: async () => undefined };
}

function consumer(eventLog: EventLog, context: MessagingContext): Component {
  const subscriptions: Subscription[] = [];
  return {
    name: "messaging-consumer",
    start: async () => {
      subscriptions.push(
        followChanges(eventLog, context),
        eventLog.consume(messagingConsumer.name, "events", messagingConsumers(context)),
      );
    },
    stop: async () => {
      await Promise.all(subscriptions.splice(0).map((subscription) => subscription.close()));
    },
  };
}

function exportFigures(metrics: Metrics, writer: LogWriter): void {
  metrics.gauge({ name: "parlance_messaging_writer_rows", help: "Rows that wait for the store.", collect: (gauge) => gauge.set(writer.depth) });
  metrics.gauge({
    name: "parlance_messaging_writer_refusals", help: "Appends refused because too much waited.", collect: (gauge) => gauge.set(writer.refusals),
  });
}
