// A whole messaging service for tests, or several over one store and one event log: real pipeline, contract rules and SQLite;
// identity, group, event log, time and chance in the test's hand.

import { readConfig } from "@parlance/platform/config";
import { appId, uid } from "@parlance/platform/ids";
import { Lifecycle } from "@parlance/platform/lifecycle";
import { recordingLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { seededRandom } from "@parlance/platform/random";
import { RpcServer, createClient, createLocalChannel, type Caller, type OutgoingContext } from "@parlance/platform/rpc";
import { openSqlite, type SqliteOptions } from "@parlance/platform/sqlite";
import { ManualClock } from "@parlance/platform/time";
import { Event, MembershipChanged, type GroupChanged } from "@parlance/proto/event/v1/event";
import { EventSinkServiceService } from "@parlance/proto/event/v1/event_sink_service";
import { GroupActionKind, Message, ReceiverType, type Row } from "@parlance/proto/messaging/v1/message";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { ListRowsRequest, SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { messagingSettings } from "../config.js";
import { createMessagingService, type MessagingDeps } from "../service.js";
import { messagingSqliteModule, messagingSqliteStorage } from "../store/sqlite/sqlite-storage.js";
import { FakeDirectory } from "./fake-directory.js";
import { RecordingEventLog } from "./recording-event-log.js";

export interface BenchOptions {
  readonly sqlite?: Partial<SqliteOptions>;
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: ManualClock;
  readonly wrapLogStore?: MessagingDeps["wrapLogStore"];
  /** One by default. */
  readonly pods?: number;
}

export const APP = "app";
export const OTHER_APP = "other-app";

const context = (caller: Caller, app: string): OutgoingContext => ({ app: appId(app), caller, requestId: "test" });

/** Callers of every kind. */
export const as = {
  user: (who: string, app = APP, sessionId = `s-${who}`) =>
    context({ kind: "user", uid: uid(who), tokenId: "token", sessionId, deviceId: `d-${who}` }, app),
  server: (app = APP) => context({ kind: "apiKey", scope: "fullAccess", keyId: "key" }, app),
  onBehalfOf: (who: string, app = APP) => context({ kind: "apiKey", scope: "fullAccess", keyId: "key", onBehalfOf: uid(who) }, app),
  peer: (app = APP) => context({ kind: "internal", peer: "group" }, app),
};

export interface MemberFact {
  readonly kind: GroupActionKind;
  readonly user: string;
  readonly by?: string;
  readonly fields?: Partial<MembershipChanged>;
  readonly app?: string;
}

export type Bench = Awaited<ReturnType<typeof openBench>>;

export async function openBench(options: BenchOptions = {}) {
  const clock = options.clock ?? new ManualClock();
  const [log, random] = [recordingLog(), seededRandom(1)];
  const [eventLog, directory] = [new RecordingEventLog(), new FakeDirectory()];
  for (const app of [APP, OTHER_APP]) {
    for (const who of ["alice", "bob", "carol"]) directory.users.set(`${app}/${who}`, who.toUpperCase());
    directory.groups.set(`${app}/team`, "Team");
  }
  const lifecycle = new Lifecycle({ log, clock });
  const sqlite = lifecycle.add(await openSqlite({
    path: ":memory:", modules: [messagingSqliteModule], clock, log, random, synchronous: "NORMAL", ...options.sqlite,
  }));
  const { identity, group } = directory;
  const config = readConfig([messagingSettings], options.env ?? {});
  const wrap = options.wrapLogStore === undefined ? {} : { wrapLogStore: options.wrapLogStore };
  const pods = Array.from({ length: options.pods ?? 1 }, (_, i) => {
    const [metrics, storage] = [createMetrics(), messagingSqliteStorage(sqlite)];
    const service = createMessagingService({
      storage, eventLog, identity, group, clock, random, log, metrics, config, node: i + 1, ...wrap,
    });
    for (const component of service.components) lifecycle.add(component);
    const server = new RpcServer({ clock, log, metrics });
    service.register(server);
    const channel = createLocalChannel(server);
    const [call, sink] = [createClient(MessagingServiceService, channel), createClient(EventSinkServiceService, channel)];
    return { service, server, call, sink };
  });
  const { service, server, call, sink } = pods[0]!;
  await lifecycle.start();
  const versions = new Map<string, number>();

  /** Waits until nothing is on its way. */
  const settle = async (): Promise<void> => {
    do await clock.advance(0);
    while (!pods.every((pod) => pod.service.idle()));
  };
  const memberEvent = ({ kind, user, by = user, fields = {}, app = APP }: MemberFact): Event => {
    const version = (versions.get(app) ?? 0) + 1;
    versions.set(app, version);
    const value = MembershipChanged.fromPartial({
      guid: "team", version, kind, incarnation: "i1", atMs: clock.now(), group: { id: "team", name: "Team" },
      user: { id: user, name: user.toUpperCase() }, by: { id: by, name: by.toUpperCase() }, ...fields,
    });
    return Event.fromPartial({ id: `m:${version}`, channel: "s:messaging", appId: app, body: { $case: "membershipChanged", value } });
  };
  const groupEvent = (fields: Parameters<typeof GroupChanged.fromPartial>[0], app = APP): Event =>
    Event.fromPartial({ id: "g", channel: "s:messaging", appId: app, body: {
      $case: "groupChanged", value: { group: { guid: "team" }, incarnation: "i1", ...fields },
    } });
  /** A nudge of the group service; answers the action message, undefined for a silent change. */
  const nudge = async (event: Event, pod = 0): Promise<Message | undefined> => {
    const { effects } = await pods[pod]!.sink.deliver({ guid: "", events: [Event.encode(event).finish()] }, as.peer(event.appId));
    return effects[0]!.length === 0 ? undefined : Message.decode(effects[0]!);
  };
  const change = (fact: MemberFact) => nudge(memberEvent(fact));
  return {
    clock, log, pods, call, sink, service, sqlite, eventLog, directory, lifecycle, server, settle, memberEvent, groupEvent, nudge, change,
    join: (user: string, fields: Partial<MembershipChanged> = {}, app = APP) =>
      change({ kind: GroupActionKind.JOINED, user, fields: { newScope: 1, ...fields }, app }),
    kick: (user: string, by: string) => change({ kind: GroupActionKind.KICKED, user, by }),
    /** What was published since the last time. */
    async published() {
      await settle();
      return eventLog.taken();
    },
    async text(from: string, to: string, text = "hello", fields: Partial<SendMessageRequest> = {}): Promise<Message> {
      return (await call.sendMessage(textTo(to, text, fields), as.user(from))).message!;
    },
    /** The log as someone reads it. */
    async rows(reader: string, of: string): Promise<readonly Row[]> {
      const request = ListRowsRequest.fromPartial({ ...address(of), pageSize: 1_000 });
      return (await call.listRows(request, as.user(reader))).rows;
    },
    async close(): Promise<void> {
      for (const pod of pods) pod.server.close();
      await lifecycle.stop(1_000);
    },
  };
}

/** `team` is the group, everybody else a user. */
export function address(to: string): { receiverType: ReceiverType; receiverId: string } {
  return { receiverType: to === "team" ? ReceiverType.GROUP : ReceiverType.USER, receiverId: to };
}

export function textTo(to: string, text = "hello", fields: Partial<SendMessageRequest> = {}): SendMessageRequest {
  return SendMessageRequest.fromPartial({ ...address(to), body: { $case: "text", value: { text } }, ...fields });
}

export function textOf(message: Message | undefined): string | undefined {
  return message?.body?.$case === "text" ? message.body.value.text : undefined;
}
