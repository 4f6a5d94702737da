import type { Handlers } from "@parlance/platform/rpc";
import type { PresenceServiceService } from "@parlance/proto/presence/v1/presence_service";
import type { PresenceContext } from "../context.js";
import { getOnlineUserCount } from "./get-online-user-count.js";
import { getPresence } from "./get-presence.js";
import { renewLease } from "./renew-lease.js";
import { replaceConnections } from "./replace-connections.js";
import { reportConnections } from "./report-connections.js";
import { sendTransient } from "./send-transient.js";
import { signalTyping } from "./signal-typing.js";
import { subscribePresence } from "./subscribe-presence.js";
import { unsubscribePresence } from "./unsubscribe-presence.js";

export function createHandlers(context: PresenceContext): Handlers<typeof PresenceServiceService> {
  return {
    reportConnections: reportConnections(context),
    replaceConnections: replaceConnections(context),
    renewLease: renewLease(context),
    signalTyping: signalTyping(context),
    sendTransient: sendTransient(context),
    getPresence: getPresence(context),
    subscribePresence: subscribePresence(context),
    unsubscribePresence: unsubscribePresence(),
    getOnlineUserCount: getOnlineUserCount(context),
  };
}
