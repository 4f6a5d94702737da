import { AppError, fail } from "@parlance/platform/errors";
import type { MethodContract } from "@parlance/proto/contract-types";
import type { Call } from "@parlance/proto/gateway/v1/frame";
import { clientDetail } from "./client-detail.js";
import { CloseCode } from "./close-codes.js";
import type { GatewayParts } from "./parts.js";
import { watchPresence } from "./presence-interest.js";
import type { Session } from "./session.js";
import { channelOf, userMethod } from "./user-method.js";

type Parts = Pick<
  GatewayParts, "channels" | "appRates" | "config" | "frames" | "outbox" | "closer" | "figures" | "interest" | "log" | "traces"
>;

/** Passes a call to its service, bytes as they are, and answers with the frame's id. */
export function onCall(parts: Parts, session: Session, id: number, { method, request, traceParent }: Call): void {
  const inFlightMax = parts.config.gatewayCallsInFlight;
  if (session.callsInFlight >= inFlightMax) {
    session.callsRefused += 1;
    parts.figures.refused("callsInFlight");
    if (session.callsInFlight + session.callsRefused >= 2 * inFlightMax) {
      return parts.closer.close(session, CloseCode.TOO_SLOW, "too many calls in flight");
    }
    return answerError(parts, session, id, fail("ERR_TOO_MANY_REQUESTS", undefined, { params: { limit: inFlightMax } }));
  }
  session.callsInFlight += 1;
  void run(parts, session, id, { method, request, traceParent });
}

export function answerError(parts: Pick<Parts, "frames" | "outbox" | "log">, session: Session, id: number, error: unknown): void {
  if (!(error instanceof AppError)) parts.log.error({ error }, "a frame was not handled");
  const frame = parts.frames.write({ id, body: { $case: "error", value: clientDetail(error) } }, session.isJson);
  parts.outbox.add(session, frame);
}

async function run(parts: Parts, session: Session, id: number, { method, request, traceParent }: Call): Promise<void> {
  try {
    const contract = userMethod(method);
    const refusal = parts.appRates.take(session.app, contract);
    if (refusal !== undefined) throw refusal;
    const response = await perform(parts, session, contract, request, parts.traces.of(traceParent));
    if (session.is("ready")) parts.outbox.add(session, parts.frames.result(id, method, response, session.isJson));
  } catch (error) {
    if (session.is("ready")) answerError(parts, session, id, error);
  }
  session.callsInFlight -= 1;
  session.callsRefused = Math.max(0, session.callsRefused - 1);
}

function perform(
  parts: Parts, session: Session, contract: MethodContract, request: Uint8Array, traceParent: string,
): Promise<Uint8Array> {
  session.calls += 1;
  const context = { app: session.app, caller: session.caller, requestId: `${session.id}-${session.calls}`, traceParent };
  const call = () => channelOf(parts.channels, contract).call(contract.name, request, context);
  return watchPresence(parts, session, contract.name, request, call) ?? call();
}
