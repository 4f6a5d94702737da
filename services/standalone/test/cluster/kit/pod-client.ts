import { uid as asUid, randomId, type AppId } from "@parlance/platform/ids";
import { silentLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { systemRandom } from "@parlance/platform/random";
import { createClient, createExchangeChannel, type OutgoingContext } from "@parlance/platform/rpc";
import { systemClock } from "@parlance/platform/time";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import type { Cluster } from "./cluster.js";

/** Calls one pod of messaging itself, as a gateway would that takes it for the owner of everything. */
export function messagingAt({ processes }: Cluster, pod: string) {
  const channel = createExchangeChannel({
    target: "messaging", address: processes.pod(pod).address, secret: processes.shared.secret,
    clock: systemClock(), random: systemRandom(), log: silentLog(), metrics: createMetrics(),
  });
  return { client: createClient(MessagingServiceService, channel), close: () => channel.close() };
}

/** What a gateway says of a call by a user. */
export function asUser(app: string, uid: string): OutgoingContext {
  return { app: app as AppId, caller: { kind: "user", uid: asUid(uid), tokenId: "test" }, requestId: randomId(systemRandom()) };
}
