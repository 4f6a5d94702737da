import { fail } from "@parlance/platform/errors";
import { Event } from "@parlance/proto/event/v1/event";
import type { DeliverRequest, DeliverResponse } from "@parlance/proto/event/v1/rpc";
import type { MessagingContext } from "../context.js";
import { applyEvent } from "../events/index.js";

/** Nudges: applied one after another, in the order given. */
export async function deliver(context: MessagingContext, request: DeliverRequest): Promise<DeliverResponse> {
  const effects: Uint8Array[] = [];
  for (const bytes of request.events) effects.push(await applyEvent(context, decoded(bytes)));
  return { effects };
}

function decoded(bytes: Uint8Array): Event {
  try {
    return Event.decode(bytes);
  } catch {
    throw fail("ERR_BAD_REQUEST", "an event cannot be decoded");
  }
}
