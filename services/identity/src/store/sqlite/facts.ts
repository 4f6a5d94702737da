// The facts that a change of the store tells, as records of the event log. Their ids and bytes depend on the change
// alone, so a record that is published twice is the same record (E5).

import type { LogRecord, RecordHeaders } from "@parlance/platform/eventlog";
import type { AppId, SessionId, TokenId, Uid } from "@parlance/platform/ids";
import { Event } from "@parlance/proto/event/v1/event";
import { CLOSE_DEACTIVATED, CLOSE_REVOKED, type TokenRecord } from "../../domain/token.js";
import type { UserRecord } from "../../domain/user.js";
import { toUser } from "../../domain/views.js";

interface Fact {
  readonly app: AppId;
  readonly channel: string;
  readonly id: string;
  readonly atMs: number;
  readonly body: NonNullable<Event["body"]>;
  readonly headers?: Pick<RecordHeaders, "origin" | "except">;
  /** Services learn the app from the event; clients have no use for it. */
  readonly forServices?: boolean;
}

function record({ app, channel, id, atMs, body, headers, forServices = false }: Fact): LogRecord {
  const event: Event = { id, channel, atMs, replayed: false, appId: forServices ? app : "", body };
  return {
    topic: "events",
    key: `${app}/${channel}`,
    value: Event.encode(event).finish(),
    headers: { ...headers, id, kind: body.$case },
  };
}

/** Uids can be used again after a permanent deletion; the time of creation keeps the users, and their events, apart. */
function userEventId(app: AppId, user: UserRecord, what: string): string {
  return `user:${app}:${user.uid}:${user.createdAtMs}:${user.version}:${what}`;
}

const inbox = (uid: Uid) => `u:${uid}`;
const watchers = (uid: Uid) => `p:u:${uid}`;
/** Facts about a user for other services; no socket follows it. */
const services = (uid: Uid) => `s:user:${uid}`;

/** For caches of other services: the user was created, changed or deactivated. */
export function userChanged(app: AppId, user: UserRecord, atMs: number): LogRecord {
  return record({
    app, channel: services(user.uid), id: userEventId(app, user, "changed"), atMs, forServices: true,
    body: { $case: "userChanged", value: { user: toUser(user) } },
  });
}

/** To the user's other devices, and to those who watch the user. */
export function userUpdated(app: AppId, user: UserRecord, atMs: number, origin: SessionId | undefined): LogRecord[] {
  const body = { $case: "userUpdated", value: { user: toUser(user) } } as const;
  return [
    record({
      app, channel: inbox(user.uid), id: userEventId(app, user, "updated"), atMs, body,
      headers: origin === undefined ? {} : { origin },
    }),
    record({
      app, channel: watchers(user.uid), id: userEventId(app, user, "watched"), atMs, body,
      headers: { except: user.uid },
    }),
  ];
}

/** All sessions of a user end with the user. */
export function userDeactivated(app: AppId, user: UserRecord, atMs: number): LogRecord[] {
  const value = { uid: user.uid, tokenIds: [], closeCode: CLOSE_DEACTIVATED };
  const id = userEventId(app, user, "ended");
  return [
    userChanged(app, user, atMs),
    record({ app, channel: inbox(user.uid), id, atMs, body: { $case: "sessionEnded", value } }),
  ];
}

export interface EndedToken {
  readonly token: Pick<TokenRecord, "uid" | "tokenId">;
  readonly closeCode: number;
  readonly atMs: number;
}

/** A token ends once in one way, so its handle names the event. */
export function tokenEnded(app: AppId, { token: { uid, tokenId }, closeCode, atMs }: EndedToken): LogRecord {
  const id = `token:${app}:${tokenId}:${closeCode}`;
  const value = { uid, tokenIds: [tokenId], closeCode };
  return record({ app, channel: inbox(uid), id, atMs, body: { $case: "sessionEnded", value } });
}

/** Names the tokens instead of saying "all", so that a session made meanwhile is not closed by a late event. */
export function tokensRevoked(app: AppId, user: UserRecord, tokenIds: readonly TokenId[], atMs: number): LogRecord {
  const value = { uid: user.uid, tokenIds: [...tokenIds], closeCode: CLOSE_REVOKED };
  const id = userEventId(app, user, "revoked");
  return record({ app, channel: inbox(user.uid), id, atMs, body: { $case: "sessionEnded", value } });
}
