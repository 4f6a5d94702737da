import { fail } from "@parlance/platform/errors";
import { normaliseId } from "@parlance/platform/ids";
import { SubscribePresenceRequest, UnsubscribePresenceRequest } from "@parlance/proto/presence/v1/presence";
import { watchKey } from "../fanout/interest.js";
import type { GatewayParts } from "./parts.js";
import type { Session } from "./session.js";

type Parts = Pick<GatewayParts, "interest" | "config">;
type CallIt = () => Promise<Uint8Array>;

export const SUBSCRIBE = "presence.SubscribePresence";
export const UNSUBSCRIBE = "presence.UnsubscribePresence";

/**
 * The calls that change the session's presence interest set besides being calls (chat.md 7.4); undefined for all others.
 * The session listens before the service is asked, so that no change falls between the answer and the first event.
 */
export function watchPresence(
  parts: Parts, session: Session, method: string, request: Uint8Array, call: CallIt,
): Promise<Uint8Array> | undefined {
  if (method === SUBSCRIBE) return subscribe(parts, session, uidsOf(SubscribePresenceRequest, request), call);
  if (method === UNSUBSCRIBE) return unsubscribe(parts, session, uidsOf(UnsubscribePresenceRequest, request), call);
  return undefined;
}

function uidsOf(message: { decode(bytes: Uint8Array): { readonly uids: readonly string[] } }, request: Uint8Array): ReadonlySet<string> {
  try {
    // Ids that are none are refused by the service.
    return new Set(message.decode(request).uids.flatMap((uid) => normaliseId(uid) ?? []));
  } catch {
    throw fail("ERR_BAD_REQUEST", "The request cannot be read.");
  }
}

async function subscribe(parts: Parts, session: Session, uids: ReadonlySet<string>, call: CallIt): Promise<Uint8Array> {
  const added = [...uids].map((uid) => watchKey(session.app, uid)).filter((key) => !parts.interest.has(session, key));
  const limit = parts.config.gatewayPresenceInterestMax;
  if (session.watched + added.length > limit) throw fail("ERROR_LIMIT_EXCEEDED", undefined, { params: { limit } });
  for (const key of added) parts.interest.join(session, key);
  session.watched += added.length;
  try {
    return await call();
  } catch (error) {
    forget(parts, session, added);
    throw error;
  }
}

async function unsubscribe(parts: Parts, session: Session, uids: ReadonlySet<string>, call: CallIt): Promise<Uint8Array> {
  const answer = await call();
  forget(parts, session, [...uids].map((uid) => watchKey(session.app, uid)));
  return answer;
}

function forget(parts: Parts, session: Session, keys: readonly string[]): void {
  for (const key of keys) if (parts.interest.leave(session, key)) session.watched -= 1;
}
