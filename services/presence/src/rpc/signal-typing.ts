import type { Handler } from "@parlance/platform/rpc";
import type { SignalTypingRequest, SignalTypingResponse } from "@parlance/proto/presence/v1/presence";
import type { PresenceContext } from "../context.js";
import { checkSignal } from "../domain/signal.js";

type Deps = Pick<PresenceContext, "typing" | "parties">;

export function signalTyping({ typing, parties }: Deps): Handler<SignalTypingRequest, SignalTypingResponse> {
  return async (request, { app, actor, traceParent }) => {
    checkSignal(actor, request);
    const { receiverType, receiverId, metadataJson, parentMessageId, ended } = request;
    const sender = { ...await parties.one(app, actor, traceParent), id: actor };
    const signal = { app, sender, receiverType, receiverId, metadataJson, parentMessageId };
    if (ended) await typing.ended(signal);
    else await typing.started(signal);
    return {};
  };
}
