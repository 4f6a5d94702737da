// The facts a change tells, as records of the event log. Their ids and bytes depend on the change alone, so a record that
// is published twice is the same record (E5).

import type { LogRecord } from "@parlance/platform/eventlog";
import type { AppId } from "@parlance/platform/ids";
import { Event } from "@parlance/proto/event/v1/event";
import type { Party } from "@parlance/proto/messaging/v1/message";
import type { GroupRecord } from "../domain/group.js";
import type { Step } from "../domain/roster.js";
import { groupParty, toGroup } from "../domain/views.js";
import type { PendingEvent } from "../store/ports.js";

interface Fact {
  readonly app: AppId;
  readonly channel: string;
  readonly id: string;
  readonly atMs: number;
  readonly body: NonNullable<Event["body"]>;
  /** The session that did it and needs no telling. */
  readonly origin?: string | undefined;
}

/** Services learn the app from the event; clients have no use for it. */
function record({ app, channel, id, atMs, body, origin }: Fact): LogRecord {
  const event: Event = { id, channel, atMs, replayed: false, appId: channel.startsWith("s:") ? app : "", body };
  return {
    topic: "events",
    key: `${app}/${channel}`,
    value: Event.encode(event).finish(),
    headers: { id, kind: body.$case, ...(origin === undefined ? {} : { origin }) },
  };
}

/** Facts about a group for other services, in one order; no socket follows it. */
const factsOf = ({ guid }: GroupRecord) => `s:group:${guid}`;

/** How a step or a change is told. */
export interface Telling {
  readonly app: AppId;
  /** As it is afterwards. */
  readonly group: GroupRecord;
  readonly by: Party;
  readonly atMs: number;
  readonly origin: string | undefined;
}

/** A fact that is handed to messaging directly, too. */
export interface Nudge {
  readonly record: LogRecord;
  readonly pending: PendingEvent;
}

/** Names a membership change: the group's version just after it. */
export function membershipEventId(app: AppId, { guid, incarnation, version }: GroupRecord): string {
  return `m:${app}:${guid}:${incarnation}:${version}`;
}

export function membershipChanged({ app, group, by, atMs, origin }: Telling, step: Step, user: Party): Nudge {
  const { guid, incarnation, version } = group;
  const { kind, uid, oldScope, newScope, silent } = step;
  const eventId = membershipEventId(app, group);
  const fact = record({
    app, channel: factsOf(group), id: eventId, atMs,
    body: {
      $case: "membershipChanged",
      value: {
        guid, version, kind, user, by, group: groupParty(group), oldScope, newScope, membersCount: group.membersCount,
        historyVisibility: group.historyVisibility, atMs, silent, incarnation, originSessionId: origin ?? "",
      },
    },
  });
  const who = by.id as PendingEvent["by"];
  const pendingStep = { eventId, incarnation, kind, uid, by: who, newScope };
  return { record: fact, pending: { eventId, incarnation, by: who, step: pendingStep, value: fact.value } };
}

function groupEventId({ app, group }: Telling, what: string): string {
  return `g:${app}:${group.guid}:${group.incarnation}:${group.revision}:${what}`;
}

function members(telling: Telling, what: string, body: Fact["body"]): LogRecord {
  const { app, group, atMs, origin } = telling;
  return record({ app, channel: `g:${group.guid}`, id: groupEventId(telling, what), atMs, body, origin });
}

function seen(group: GroupRecord) {
  return toGroup(group, { withTags: true });
}

/** For caches of other services, and for the clean-up after a deletion. */
export function groupChanged(telling: Telling, deleted: boolean): LogRecord {
  const { app, group, atMs } = telling;
  const value = { group: seen(group), deleted, incarnation: group.incarnation };
  return record({
    app, channel: factsOf(group), id: groupEventId(telling, "changed"), atMs, body: { $case: "groupChanged", value },
  });
}

/** To the owner's devices: a creation leaves no row in the group's log that would tell them. */
export function groupCreated(telling: Telling): LogRecord {
  const { app, group, atMs, origin, by } = telling;
  const value = { group: seen(group), createdBy: by };
  return record({
    app, channel: `u:${group.owner}`, id: groupEventId(telling, "created"), atMs, body: { $case: "groupCreated", value }, origin,
  });
}

export function groupUpdated(telling: Telling): LogRecord {
  const value = { group: seen(telling.group), updatedBy: telling.by };
  return members(telling, "updated", { $case: "groupUpdated", value });
}

export function ownershipTransferred(telling: Telling, owners: { oldOwner: Party; newOwner: Party }): LogRecord {
  const value = { group: seen(telling.group), ...owners };
  return members(telling, "transferred", { $case: "ownershipTransferred", value });
}

export function groupDeleted(telling: Telling): LogRecord {
  const value = { group: seen(telling.group), deletedBy: telling.by };
  return members(telling, "deleted", { $case: "groupDeleted", value });
}
