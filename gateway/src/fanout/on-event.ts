// From the event log to channels. Most records of a cluster are nobody's here: their key is not in the interest map and their
// bytes are never looked at. Few kinds are decoded: membership rows, creations of groups and ended sessions, because they
// change who listens, and presence, because it is merged.

import type { LogRecord } from "@parlance/platform/eventlog";
import { Event, type SessionEnded } from "@parlance/proto/event/v1/event";
import { CloseCode } from "../ws/close-codes.js";
import type { Closer } from "../ws/closer.js";
import type { EndedSessions } from "../ws/ended-sessions.js";
import type { Coalesce } from "./coalesce.js";
import type { Feed } from "./feed.js";
import { appOfKey, channelOfKey, GROUP_PREFIX, INBOX_PREFIX, type Interest } from "./interest.js";
import { followCreation, followMembership } from "./membership.js";
import type { Poison } from "./poison.js";
import type { PresenceMerge } from "./presence-merge.js";
import type { ResumeMemory } from "./resume-memory.js";

export interface OnEventParts {
  readonly interest: Interest;
  readonly coalesce: Coalesce;
  readonly presence: PresenceMerge;
  readonly closer: Closer;
  readonly memory: ResumeMemory;
  readonly feed: Pick<Feed, "positions">;
  readonly ended: EndedSessions;
  readonly poison: Pick<Poison, "found">;
}

export function onBatch(parts: OnEventParts, records: readonly LogRecord[]): void {
  const { memory, feed } = parts;
  for (const record of records) {
    memory.note(record);
    try {
      onRecord(parts, record);
    } catch (error) {
      parts.poison.found(record, error);
    }
  }
  memory.batchEnded(feed.positions());
}

function onRecord(parts: OnEventParts, record: LogRecord): void {
  switch (record.headers.kind) {
    case "sessionEnded": return onSessionEnded(parts, record);
    case "memberRow": return onMemberRow(parts, record);
    case "groupCreated": return onGroupCreated(parts, record);
    case "groupDeleted": return onGroupDeleted(parts, record);
    case "presenceChanged": return onPresenceChanged(parts, record);
    default: return deliver(parts, record);
  }
}

function deliver({ interest, coalesce }: OnEventParts, record: LogRecord): void {
  const channel = interest.get(record.key);
  if (channel !== undefined) coalesce.add(channel, record);
}

function onMemberRow(parts: OnEventParts, record: LogRecord): void {
  if (channelOfKey(record.key).startsWith(GROUP_PREFIX)) followMembership(parts, record.key, Event.decode(record.value));
  deliver(parts, record);
}

function onGroupCreated(parts: OnEventParts, record: LogRecord): void {
  const channel = parts.interest.get(record.key);
  if (channel === undefined) return;
  if (channelOfKey(record.key).startsWith(INBOX_PREFIX)) followCreation(parts, channel, Event.decode(record.value));
  parts.coalesce.add(channel, record);
}

/** The members hear that the group is gone, and then nothing more of it. */
function onGroupDeleted(parts: OnEventParts, record: LogRecord): void {
  const channel = parts.interest.get(record.key);
  if (channel === undefined) return;
  parts.coalesce.add(channel, record);
  if (!channelOfKey(record.key).startsWith(GROUP_PREFIX)) return;
  parts.coalesce.flushChannel(channel);
  for (const session of channel.sessions) parts.interest.leave(session, record.key);
}

function onPresenceChanged(parts: OnEventParts, record: LogRecord): void {
  const channel = parts.interest.get(record.key);
  const body = channel === undefined ? undefined : Event.decode(record.value).body;
  if (channel !== undefined && body?.$case === "presenceChanged") parts.presence.add(channel, record, body.value);
}

function onSessionEnded(parts: OnEventParts, record: LogRecord): void {
  const { body } = Event.decode(record.value);
  if (body?.$case === "sessionEnded") endSessions(parts, appOfKey(record.key), body.value);
}

function endSessions(parts: OnEventParts, app: string, told: SessionEnded): void {
  const ended = { ...told, closeCode: told.closeCode === 0 ? CloseCode.TOKEN_REVOKED : told.closeCode };
  parts.ended.add(app, ended);
  for (const session of parts.interest.sessionsOf(app, ended.uid)) {
    const concerned = ended.tokenIds.length === 0 || ended.tokenIds.includes(session.caller.tokenId);
    if (concerned) parts.closer.close(session, ended.closeCode, "the session was ended");
  }
}
