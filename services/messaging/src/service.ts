import type { EventLog, GroupDeclaration } from "@parlance/platform/eventlog";
import { IdSource } from "@parlance/platform/ids";
import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Metrics } from "@parlance/platform/metrics";
import type { Random } from "@parlance/platform/random";
import type { RpcChannel, RpcServer } from "@parlance/platform/rpc";
import type { Sqlite } from "@parlance/platform/sqlite";
import type { Clock } from "@parlance/platform/time";
import { EventSinkServiceService } from "@parlance/proto/event/v1/event_sink_service";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { createClients } from "./clients.js";
import type { MessagingConfig } from "./config.js";
import type { MessagingContext } from "./context.js";
import { Directory } from "./directory.js";
import { CONSUMED_KINDS, deliver, messagingConsumers } from "./events/index.js";
import { RowRelay } from "./log/relay.js";
import { LogWriter } from "./log/writer.js";
import { Members } from "./members.js";
import { messagingHandlers } from "./rpc/index.js";
import { Turns } from "./steps/turns.js";
import { SqliteHistoryStore } from "./store/sqlite/sqlite-history-store.js";
import { SqliteLogStore } from "./store/sqlite/sqlite-log-store.js";
import { SqliteViewStore } from "./store/sqlite/sqlite-view-store.js";
import type { LogStore, RowOutbox } from "./store/ports.js";

export interface MessagingDeps {
  readonly sqlite: Sqlite;
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

/** To be opened with the SQLite file that the service is given. */
export const messagingSqliteModule = new URL("./store/sqlite/module.js", import.meta.url);

/** To be declared when the event log is made. */
export const messagingConsumer: GroupDeclaration = { name: "messaging", kinds: CONSUMED_KINDS };

/** SQLite has one writer, so a second lane would only wait for the first. */
const SQLITE_LANES = 1;

export function createMessagingService(deps: MessagingDeps): MessagingService {
  const { sqlite, eventLog, clock, random, config } = deps;
  const log = deps.log.child({ service: "messaging" });
  const sqliteLogs = new SqliteLogStore(sqlite);
  const logs = deps.wrapLogStore?.(sqliteLogs) ?? sqliteLogs;
  const views = new SqliteViewStore(sqlite);
  const relay = new RowRelay({ outbox: logs, eventLog, clock, random, log });
  const writer = new LogWriter({
    store: logs, clock, random, log,
    ids: new IdSource(clock, deps.node),
    committed: (rows) => relay.offer(rows),
    lanes: SQLITE_LANES,
    rowsMax: config.messagingLaneRowsMax,
    bytesMax: config.messagingLaneBytesMax,
    rowsPerConversationMax: config.messagingConversationRowsMax,
  });
  const context: MessagingContext = {
    writer, logs, views, eventLog, config, clock, random, log,
    history: new SqliteHistoryStore(sqlite),
    directory: new Directory(createClients(deps), clock),
    members: new Members(views, clock),
    turns: new Turns(),
    epoch: sqlite.epoch,
  };
  exportFigures(deps.metrics, writer);
  return {
    components: [relay, writer, consumer(eventLog, context)],
    register: (server) => {
      server.register(MessagingServiceService, messagingHandlers(context));
      server.register(EventSinkServiceService, { deliver: (request) => deliver(context, request) });
    },
    idle: () => writer.idle && relay.idle,
  };
}

function consumer(eventLog: EventLog, context: MessagingContext): Component {
  let subscription: ReturnType<EventLog["consume"]> | undefined;
  return {
    name: "messaging-consumer",
    start: async () => {
      subscription = eventLog.consume(messagingConsumer.name, "events", messagingConsumers(context));
    },
    stop: async () => subscription?.close(),
  };
}

function exportFigures(metrics: Metrics, writer: LogWriter): void {
  metrics.gauge({ name: "parlance_messaging_writer_rows", help: "Rows that wait for the store.", collect: (gauge) => gauge.set(writer.depth) });
  metrics.gauge({
    name: "parlance_messaging_writer_refusals", help: "Appends refused because too much waited.", collect: (gauge) => gauge.set(writer.refusals),
  });
}
