import { Event } from "@parlance/proto/event/v1/event";
import { fail } from "../errors/index.js";

/** Decode of the product's logs: a value of another kind than its header says is as unreadable as broken bytes. */
export function decodeEvent(value: Uint8Array, kind: string): Event {
  const event = Event.decode(value);
  if (event.body?.$case !== kind) throw fail("ERR_BAD_REQUEST", "a record is not of the kind its header says");
  return event;
}
