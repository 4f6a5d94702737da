// One line per consumed event. The same handlers serve the event log and nudges (reliability.md E17).
import type { EventHandlers } from "@parlance/platform/eventlog";
import { appId, type AppId } from "@parlance/platform/ids";
import { Event } from "@parlance/proto/event/v1/event";
import type { MessagingContext } from "../context.js";
import { onGroupChanged } from "./on-group-changed.js";
import { onMembershipChanged } from "./on-membership-changed.js";
import { onUserChanged } from "./on-user-changed.js";

export const CONSUMED_KINDS = ["membershipChanged", "groupChanged", "userChanged"] as const;

/** Applies an event; answers its effect for the caller of a nudge. */
export async function applyEvent(context: MessagingContext, event: Event): Promise<Uint8Array> {
  const app: AppId = appId(event.appId);
  const none = new Uint8Array();
  switch (event.body?.$case) {
    case "membershipChanged":
      return onMembershipChanged(context, app, event.body.value);
    case "groupChanged":
      await onGroupChanged(context, app, event.body.value);
      return none;
    case "userChanged":
      onUserChanged(context, app, event.body.value);
      return none;
    default:
      return none;
  }
}

/** The handlers as the event log's runner wants them: what throws is tried again, then dead. */
export function messagingConsumers(context: MessagingContext): EventHandlers<Event> {
  const apply = async (event: Event): Promise<void> => {
    await applyEvent(context, event);
  };
  return { membershipChanged: apply, groupChanged: apply, userChanged: apply };
}
