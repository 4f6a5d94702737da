// The service with its clock, its event log and its identity in the hands of a test; calls go through the pipeline.

import { fail } from "@parlance/platform/errors";
import type { FollowOptions, LogRecord, OnBatch } from "@parlance/platform/eventlog";
import { appId, uid } from "@parlance/platform/ids";
import { recordingLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { seededRandom } from "@parlance/platform/random";
import { createClient, createLocalChannel, RpcServer, type OutgoingContext, type RpcChannel } from "@parlance/platform/rpc";
import { ManualClock } from "@parlance/platform/time";
import { Event } from "@parlance/proto/event/v1/event";
import { ResolveUsersRequest, ResolveUsersResponse, User } from "@parlance/proto/identity/v1/identity";
import { PresenceServiceService } from "@parlance/proto/presence/v1/presence_service";
import { createPresenceService, presenceSettings, type PresenceConfig } from "../index.js";

export const SHOP = appId("shop01");
export const APP = appId("app001");

const defaults = Object.fromEntries(
  Object.entries(presenceSettings).map(([name, setting]) => [name, setting.default]),
) as PresenceConfig;

export const gateway: OutgoingContext = { app: appId(""), caller: { kind: "internal", peer: "gateway" }, requestId: "r1" };

export const as = (name: string, app = APP): OutgoingContext => ({
  app, caller: { kind: "user", uid: uid(name), tokenId: "t1", sessionId: `s-${name}` }, requestId: "r1",
});

/** The gateway forwards a signal of a user. */
export const forwards = (name: string, app = APP): OutgoingContext => ({
  app, caller: { kind: "internal", peer: "gateway", onBehalfOf: uid(name) }, requestId: "r1",
});

export const connection = (name: string, device = "1", app: string = APP) => ({
  sessionId: `${app}-${name}-${device}`, appId: app, uid: name, deviceId: `d${device}`, platform: "test", connectedAtMs: 1,
});

export const opened = (name: string, device = "1", app: string = APP) =>
  ({ connection: connection(name, device, app), closed: false, final: false });

export const closed = (name: string, device = "1", final = false) =>
  ({ connection: connection(name, device), closed: true, final });

/** Followers of the place's event log. */
interface Follower {
  readonly onBatch: OnBatch;
  readonly onLost: FollowOptions["onLost"];
}

export function place(settings: Partial<PresenceConfig> = {}) {
  const clock = new ManualClock();
  const log = recordingLog();
  const metrics = createMetrics();
  const records: LogRecord[] = [];
  const state = { asked: 0, askedFor: undefined as string | undefined, identityAway: false, eventsAway: false, liveAway: false, names: new Map<string, string>() };
  const identity: RpcChannel = {
    call: (_, request, { traceParent }) => {
      state.asked += 1;
      state.askedFor = traceParent;
      if (state.identityAway) return Promise.reject(fail("ERR_OPERATION_FAILED"));
      const { uids } = ResolveUsersRequest.decode(request);
      const users = uids.map((id) => User.fromPartial({ uid: id, name: state.names.get(id) ?? id.toUpperCase() }));
      return Promise.resolve(ResolveUsersResponse.encode({ users }).finish());
    },
    close: () => Promise.resolve(),
  };
  const followers = new Set<Follower>();
  const follow = (_topics: unknown, onBatch: OnBatch, { onLost }: FollowOptions = {}) => {
    const follower = { onBatch, onLost };
    followers.add(follower);
    return { close: () => Promise.resolve(void followers.delete(follower)) };
  };
  const append = (batch: readonly LogRecord[]) => {
    const away = batch[0]?.topic === "events" ? state.eventsAway : state.liveAway;
    if (away) return Promise.reject(fail("ERR_OPERATION_FAILED"));
    records.push(...batch);
    for (const { onBatch } of followers) onBatch(batch);
    return Promise.resolve();
  };
  const service = createPresenceService({
    config: { ...defaults, ...settings }, clock, log, metrics, random: seededRandom(1), eventLog: { append, follow }, identity,
  });
  const server = new RpcServer({ clock, log, metrics });
  service.register(server);
  const events = (key: string) => records.filter((record) => record.key === key).map(({ value }) => Event.decode(value));
  const statuses = () => records.filter(({ headers }) => headers.kind === "userStatusChanged").map(({ value }) => Event.decode(value)).map(({ body }) =>
    (body?.$case === "userStatusChanged" ? `${body.value.uid} ${body.value.online ? "online" : "offline"}` : "?"));
  return {
    clock, log, records, followers, append, state, service, events, statuses,
    client: createClient(PresenceServiceService, createLocalChannel(server)),
    settle: () => clock.advance(0),
  };
}
