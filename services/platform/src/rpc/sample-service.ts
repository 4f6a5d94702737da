// A service for the tests of this folder: the messaging service with only the handlers a test brings.

import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { fail } from "../errors/index.js";
import { appId, uid } from "../ids/index.js";
import { recordingLog } from "../log/index.js";
import { createMetrics } from "../metrics/index.js";
import type { Clock } from "../time/index.js";
import type { OutgoingContext } from "./context.js";
import { RpcServer } from "./server.js";
import type { Handlers } from "./service-shape.js";

type Messaging = Handlers<typeof MessagingServiceService>;

function notHere(): never {
  throw fail("ERR_NOT_IMPLEMENTED");
}

export function sampleServer(clock: Clock, handlers: Partial<Messaging>) {
  const log = recordingLog();
  const metrics = createMetrics();
  const none = Object.fromEntries(Object.keys(MessagingServiceService).map((name) => [name, notHere]));
  const server = new RpcServer({ clock, log, metrics });
  server.register(MessagingServiceService, { ...(none as unknown as Messaging), ...handlers });
  return { server, log, metrics };
}

export const aliceContext: OutgoingContext = {
  app: appId("shop"),
  caller: { kind: "user", uid: uid("alice"), tokenId: "alice_1" },
  requestId: "r1",
};
