import type { Handler } from "@parlance/platform/rpc";
import type { SendTransientRequest, SendTransientResponse } from "@parlance/proto/presence/v1/presence";
import type { PresenceContext } from "../context.js";
import { checkSignal } from "../domain/signal.js";

type Deps = Pick<PresenceContext, "transients" | "parties">;

export function sendTransient({ transients, parties }: Deps): Handler<SendTransientRequest, SendTransientResponse> {
  return async (request, { app, actor, traceParent }) => {
    checkSignal(actor, request);
    const sender = await parties.one(app, actor, traceParent);
    await transients.send(app, actor, { sender, ...request });
    return {};
  };
}
