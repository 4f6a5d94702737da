import { normaliseId } from "@parlance/platform/ids";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { SendTransientRequest, SignalTypingRequest } from "@parlance/proto/presence/v1/presence";
import { ownContext } from "../clients.js";
import { groupKey } from "../fanout/interest.js";
import type { GatewayParts } from "./parts.js";
import { SignalLimits } from "./signal-limits.js";
import type { Session } from "./session.js";

type Parts = Pick<GatewayParts, "clients" | "clock" | "config" | "figures" | "interest" | "traces">;

/** Typing and transient messages (chat.md 20): checked, limited, passed on and never answered. What is dropped is counted. */
export function onTyping(parts: Parts, session: Session, signal: SignalTypingRequest): void {
  const receiver = receiverOf(parts, session, signal);
  if (receiver === undefined) return;
  const conversation = `${signal.receiverType}/${receiver}/${signal.parentMessageId}`;
  if (!limitsOf(parts, session).takeTyping(conversation, signal.ended, parts.clock.monotonic())) return parts.figures.signalDropped("rate");
  forward(parts, parts.clients.presence.signalTyping({ ...signal, receiverId: receiver }, contextOf(parts, session)));
}

export function onTransient(parts: Parts, session: Session, message: SendTransientRequest): void {
  const perSecond = parts.config.gatewayTransientsPerSecond;
  if (!limitsOf(parts, session).takeTransient(perSecond, parts.clock.monotonic())) return parts.figures.signalDropped("rate");
  const receiver = receiverOf(parts, session, message);
  if (receiver === undefined) return;
  forward(parts, parts.clients.presence.sendTransient({ ...message, receiverId: receiver }, contextOf(parts, session)));
}

function limitsOf(parts: Parts, session: Session): SignalLimits {
  session.signals ??= new SignalLimits(parts.config.gatewayTransientsPerSecond, parts.clock.monotonic());
  return session.signals;
}

/** The receiver's id, if the user may signal to it. The gateway's own subscription says who is a member. */
function receiverOf(
  parts: Parts, session: Session, { receiverType, receiverId }: { readonly receiverType: ReceiverType; readonly receiverId: string },
): string | undefined {
  const id = normaliseId(receiverId);
  const known = id !== undefined && (receiverType === ReceiverType.USER || receiverType === ReceiverType.GROUP);
  if (!known) {
    parts.figures.signalDropped("malformed");
    return undefined;
  }
  if (receiverType === ReceiverType.USER || parts.interest.has(session, groupKey(session.app, id))) return id;
  parts.figures.signalDropped("notMember");
  return undefined;
}

function contextOf({ traces }: Parts, session: Session) {
  session.calls += 1;
  return ownContext(session.app, { requestId: `${session.id}-${session.calls}`, traceParent: traces.of(undefined) }, session.caller.uid);
}

function forward(parts: Parts, call: Promise<unknown>): void {
  call.catch(() => parts.figures.signalDropped("presence"));
}
