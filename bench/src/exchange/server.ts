// The called process: real contracts through the whole pipeline, with handlers that answer from memory.

import { createLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { systemRandom } from "@parlance/platform/random";
import {
  createExchangeServer, createUnaryServer, RpcServer, type Handler, type Handlers, type ServiceShape,
} from "@parlance/platform/rpc";
import { systemClock } from "@parlance/platform/time";
import { User } from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import { Message } from "@parlance/proto/messaging/v1/message";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import type { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { SECRET, type Ports } from "./job.js";

/** Only the measured methods answer anything. */
function handlersOf<S extends ServiceShape>(service: S, answers: Readonly<Record<string, Handler<never, unknown>>>): Handlers<S> {
  const silent = () => {
    throw new Error("this method is not measured");
  };
  return Object.fromEntries(Object.keys(service).map((name) => [name, answers[name] ?? silent])) as unknown as Handlers<S>;
}

export async function serve(): Promise<Ports> {
  const clock = systemClock();
  const log = createLog({ level: "info", name: "bench" });
  const rpc = new RpcServer({ clock, log, metrics: createMetrics() });
  const user = User.fromPartial({ uid: "alice", name: "Alice", role: "default" });
  rpc.register(IdentityServiceService, handlersOf(IdentityServiceService, { getUser: () => ({ user }) }));
  rpc.register(MessagingServiceService, handlersOf(MessagingServiceService, {
    sendMessage: ({ receiverId, muid, body }: SendMessageRequest) => ({
      message: Message.fromPartial({ id: 2 ** 50, seq: 1, receiverId, muid, body: body?.$case === "text" ? body : undefined }),
      duplicate: false,
    }),
  }));
  const common = { rpc, address: "127.0.0.1:0", secret: SECRET, clock, log };
  const exchange = createExchangeServer(common);
  const unary = createUnaryServer({ ...common, random: systemRandom(), reflection: false });
  await exchange.start();
  await unary.start();
  return { exchange: exchange.port, unary: unary.port };
}
