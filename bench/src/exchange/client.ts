// The calling process: a fixed number of calls under way, each followed by the next.

import { appId, tokenId, uid } from "@parlance/platform/ids";
import { silentLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { systemRandom } from "@parlance/platform/random";
import { createClient, createExchangeChannel, createUnaryChannel, type OutgoingContext, type RpcChannel } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { Recorder } from "../load/recorder.js";
import type { Measured } from "../stats/measured.js";
import { sendRequest } from "../wire/client-frames.js";
import { SECRET, type ExchangeJob } from "./job.js";

const TEXT = "Parlance carries words. ".repeat(11).slice(0, 256);

export async function runExchange(job: ExchangeJob, clock: Clock): Promise<Measured> {
  const channel = channelOf(job, clock);
  const recorder = new Recorder({ clock, serverPid: job.serverPid, loop: "closed" });
  const call = callOf(job, channel);
  let stopped = false;
  const caller = async () => {
    for (let number = 1; !stopped; number += 1) {
      const startedAtMs = clock.monotonic();
      try {
        await call(number);
        recorder.latency("answer", clock.monotonic() - startedAtMs);
        recorder.count();
      } catch (error) {
        recorder.error((error as Error).name);
      }
    }
  };
  const callers = Array.from({ length: job.inFlight }, caller);
  await clock.sleep(job.warmupMs);
  recorder.open();
  await clock.sleep(job.windowMs);
  recorder.shut();
  stopped = true;
  await Promise.all(callers);
  await channel.close();
  return recorder.result();
}

function channelOf({ binding, port }: ExchangeJob, clock: Clock): RpcChannel {
  const common = { address: `127.0.0.1:${port}`, secret: SECRET, clock };
  if (binding === "unary") return createUnaryChannel(common);
  return createExchangeChannel({ ...common, target: "bench", random: systemRandom(), log: silentLog(), metrics: createMetrics() });
}

/** One call with its check. */
function callOf({ method }: ExchangeJob, channel: RpcChannel): (number: number) => Promise<void> {
  const context: OutgoingContext = {
    app: appId("bench"), requestId: "bench-1",
    caller: { kind: "user", uid: uid("alice"), tokenId: tokenId("alice_1"), sessionId: "0123456789abcdef", deviceId: "bench" },
  };
  if (method === "identity.GetUser") {
    const identity = createClient(IdentityServiceService, channel);
    return async () => {
      const { user } = await identity.getUser({ uid: "alice" }, context);
      if (user?.uid !== "alice") throw new Error("another user came");
    };
  }
  const messaging = createClient(MessagingServiceService, channel);
  const parts = { receiverType: ReceiverType.USER, receiverId: "bob", sender: 1, text: TEXT };
  return async (number) => {
    const request = sendRequest(parts, number);
    const { message } = await messaging.sendMessage(request, context);
    if (message?.muid !== request.muid) throw new Error("another message came");
  };
}
