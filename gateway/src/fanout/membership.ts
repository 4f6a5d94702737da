// Who listens to a group's channel follows the group's own log (P14): the row that says that somebody left is the last one
// before which that user's sockets got everything and after which they get nothing. Only a creation leaves no row: there the
// event to the owner's inbox says who listens. It is published before anybody else can write into the group.

import type { Event } from "@parlance/proto/event/v1/event";
import { GroupActionKind, type GroupAction } from "@parlance/proto/messaging/v1/message";
import type { Session } from "../ws/session.js";
import type { Coalesce } from "./coalesce.js";
import { appOfKey, channelOfKey, GROUP_PREFIX, groupKey, type Channel, type Interest } from "./interest.js";

export interface MembershipParts {
  readonly interest: Interest;
  readonly coalesce: Pick<Coalesce, "flushChannel">;
}

/** True: the user is in the group after it; false: no more; undefined: nothing changes. */
function present(kind: GroupActionKind): boolean | undefined {
  switch (kind) {
    case GroupActionKind.JOINED: case GroupActionKind.ADDED: return true;
    case GroupActionKind.LEFT: case GroupActionKind.KICKED: case GroupActionKind.BANNED: return false;
    case GroupActionKind.UNBANNED: case GroupActionKind.SCOPE_CHANGED: case GroupActionKind.UNSPECIFIED: return undefined;
  }
}

function actionOf({ body }: Event): GroupAction | undefined {
  if (body?.$case !== "memberRow" || body.value.body?.$case !== "message") return undefined;
  const action = body.value.body.value.body;
  return action?.$case === "groupAction" ? action.value : undefined;
}

/** Takes a membership row of the group channel `key`, before it is delivered. */
export function followMembership(parts: MembershipParts, key: string, event: Event): void {
  const action = actionOf(event);
  const isPresent = action === undefined ? undefined : present(action.kind);
  // Who joins or leaves does so alone: there is no `on`.
  const concerned = action?.on ?? action?.by;
  if (concerned === undefined || isPresent === undefined) return;
  changeAll(parts, parts.interest.sessionsOf(appOfKey(key), concerned.id), key, isPresent);
}

/** Takes a creation from an inbox: all the user's sockets, that which made the group too, listen to it. */
export function followCreation(parts: MembershipParts, inbox: Channel, { body }: Event): void {
  const guid = body?.$case === "groupCreated" ? body.value.group?.guid : undefined;
  if (guid !== undefined) changeAll(parts, inbox.sessions, groupKey(appOfKey(inbox.key), guid), true);
}

function changeAll(parts: MembershipParts, concerned: ReadonlySet<Session>, key: string, isPresent: boolean): void {
  const sessions = [...concerned];
  if (sessions.length === 0) return;
  const channel = parts.interest.get(key);
  if (channel !== undefined) parts.coalesce.flushChannel(channel);
  for (const session of sessions) change(parts.interest, session, key, isPresent);
}

function change(interest: Interest, session: Session, key: string, isPresent: boolean): void {
  session.joinChanges?.set(channelOfKey(key).slice(GROUP_PREFIX.length), isPresent);
  if (isPresent) interest.join(session, key);
  else interest.leave(session, key);
}
