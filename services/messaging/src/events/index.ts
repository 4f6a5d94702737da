// One line per consumed event. The same handlers serve the event log and nudges (reliability.md E17).
import type { EventHandlers } from "@parlance/platform/eventlog";
import { appId, type AppId } from "@parlance/platform/ids";
import { fail } from "@parlance/platform/errors";
import { Event } from "@parlance/proto/event/v1/event";
import type { DeliverRequest, DeliverResponse } from "@parlance/proto/event/v1/rpc";
import type { MessagingContext } from "../context.js";
import { onGroupChanged } from "./on-group-changed.js";
import { onMembershipChanged } from "./on-membership-changed.js";
import { onUserChanged } from "./on-user-changed.js";

export const CONSUMED_KINDS = ["membershipChanged", "groupChanged", "userChanged"] as const;

/** Applies an event; answers its effect for the caller of a nudge. Kinds that are not consumed have none. */
export async function applyEvent(context: MessagingContext, event: Event): Promise<Uint8Array> {
  const app: AppId = appId(event.appId);
  const body = event.body;
  if (body?.$case === "membershipChanged") return onMembershipChanged(context, app, body.value);
  if (body?.$case === "groupChanged") await onGroupChanged(context, app, body.value);
  if (body?.$case === "userChanged") onUserChanged(context, app, body.value);
  return new Uint8Array();
}

/** The handlers as the event log's runner wants them: what throws is tried again, then dead. */
export function messagingConsumers(context: MessagingContext): EventHandlers<Event> {
  const apply = async (event: Event): Promise<void> => {
    await applyEvent(context, event);
  };
  return { membershipChanged: apply, groupChanged: apply, userChanged: apply };
}

/** Nudges: applied one after another, in the order given. */
export async function deliver(context: MessagingContext, request: DeliverRequest): Promise<DeliverResponse> {
  const effects: Uint8Array[] = [];
  for (const bytes of request.events) effects.push(await applyEvent(context, decoded(bytes)));
  return { effects };
}

function decoded(bytes: Uint8Array): Event {
  try {
    return Event.decode(bytes);
  } catch {
    throw fail("ERR_BAD_REQUEST", "an event cannot be decoded");
  }
}
