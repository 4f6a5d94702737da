import type { JsonCodec } from "@parlance/platform/rpc";
import { concat, lengthPrefixed } from "../ws/wire.js";

const EVENT = "parlance.event.v1.Event";
// ServerFrame.event, ServerFrame.events, Events.events.
const EVENT_TAG = Uint8Array.of(0x2a);
const EVENTS_TAG = Uint8Array.of(0x32);
const ITEM_TAG = Uint8Array.of(0x0a);

/** A frame around encoded events, which are not looked at. */
export function protoEventFrame(events: readonly Uint8Array[]): Uint8Array {
  const [first] = events;
  if (events.length === 1 && first !== undefined) return concat(EVENT_TAG, lengthPrefixed(first));
  const items = events.flatMap((event) => [ITEM_TAG, ...lengthPrefixed(event)]);
  return concat(EVENTS_TAG, lengthPrefixed(concat(items)));
}

/** A frame around events that are JSON texts. */
export function jsonEventFrame(events: readonly string[]): Uint8Array {
  return Buffer.from(events.length === 1 ? `{"event":${events[0] ?? ""}}` : `{"events":{"events":[${events.join(",")}]}}`);
}

/** Throws for bytes that are no event. */
export function eventText(codec: JsonCodec, event: Uint8Array): string {
  return JSON.stringify(codec.messageToJson(EVENT, event));
}
