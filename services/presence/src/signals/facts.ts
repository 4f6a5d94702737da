// The records presence appends. Signals are live: an id only has to tell them apart.

import type { LogRecord, RecordHeaders } from "@parlance/platform/eventlog";
import { appId, type AppId, type Uid } from "@parlance/platform/ids";
import { Event, type Typing, type Transient } from "@parlance/proto/event/v1/event";
import { ReceiverType, type Party } from "@parlance/proto/messaging/v1/message";
import { ALL_WATCHERS, OWN_FACTS, channelOf, factsOf, keyOf, watchersOf, type Address } from "../domain/channels.js";
import type { Transition } from "../domain/user-presence.js";

interface Fact {
  readonly topic: LogRecord["topic"];
  readonly app: AppId;
  readonly channel: string;
  readonly id: string;
  readonly atMs: number;
  readonly body: NonNullable<Event["body"]>;
  readonly except?: Uid;
  readonly forServices?: boolean;
}

function record({ topic, app, channel, id, atMs, body, except, forServices = false }: Fact): LogRecord {
  const event: Event = { id, channel, atMs, replayed: false, appId: forServices ? app : "", body };
  const headers: RecordHeaders = { id, kind: body.$case, ...(except === undefined ? {} : { except }) };
  return { topic, key: keyOf(app, channel), value: Event.encode(event).finish(), headers };
}

/** To those who watch everybody and to those who watch this user; never to the user's own devices (chat.md 7.8). */
export function presenceChanged({ app, uid, online, lastActiveAtMs, atMs }: Transition, user: Party): LogRecord[] {
  const body = { $case: "presenceChanged", value: { user, online, lastActiveAtMs } } as const;
  const id = `presence:${app}:${uid}:${online ? "online" : "offline"}:${atMs}`;
  return [
    record({ topic: "live", app, channel: ALL_WATCHERS, id: `${id}:all`, atMs, body, except: uid }),
    record({ topic: "live", app, channel: watchersOf(uid), id: `${id}:one`, atMs, body, except: uid }),
  ];
}

/** Lets identity list users with their status and keep lastActiveAt (R19). */
export function userStatusChanged({ app, uid, online, lastActiveAtMs, atMs }: Transition): LogRecord {
  const body = { $case: "userStatusChanged", value: { uid, online, lastActiveAtMs } } as const;
  const id = `status:${app}:${uid}:${online ? "online" : "offline"}:${atMs}`;
  return record({ topic: "events", app, channel: factsOf(uid), id, atMs, body, forServices: true });
}

/** Every status told before is void. */
export function presenceReset(atMs: number): LogRecord {
  const body = { $case: "presenceReset", value: {} } as const;
  return record({ topic: "events", app: appId(""), channel: OWN_FACTS, id: `reset:${atMs}`, atMs, body, forServices: true });
}

export interface Signal {
  readonly app: AppId;
  readonly sender: Uid;
  readonly id: string;
  readonly atMs: number;
}

/** To the other user, or to every other member of the group: not to the sender's devices (chat.md 20.2). */
function addressed(signal: Signal, address: Address, body: Fact["body"]): LogRecord {
  const { app, sender, id, atMs } = signal;
  const fact: Fact = { topic: "live", app, channel: channelOf(address), id, atMs, body };
  return record(address.receiverType === ReceiverType.GROUP ? { ...fact, except: sender } : fact);
}

export function typing(signal: Signal, value: Typing): LogRecord {
  return addressed(signal, value, { $case: "typing", value });
}

export function transient(signal: Signal, value: Transient): LogRecord {
  return addressed(signal, value, { $case: "transient", value });
}
