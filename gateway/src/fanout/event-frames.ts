import type { JsonCodec } from "@parlance/platform/rpc";
import { message, type Field } from "../ws/wire.js";

const EVENT = "parlance.event.v1.Event";
// ServerFrame.event, ServerFrame.events, Events.events.
const EVENT_TAG = 0x2a;
const EVENTS_TAG = 0x32;
const ITEM_TAG = 0x0a;

/** A frame around encoded events, which are not looked at. */
export function protoEventFrame(events: readonly Uint8Array[]): Uint8Array {
  const [first] = events;
  if (events.length === 1 && first !== undefined) return message([EVENT_TAG, first]);
  return message([EVENTS_TAG, message(...events.map((event): Field => [ITEM_TAG, event]))]);
}

/** A frame around events that are JSON texts. */
export function jsonEventFrame(events: readonly string[]): Uint8Array {
  return Buffer.from(events.length === 1 ? `{"event":${events[0] ?? ""}}` : `{"events":{"events":[${events.join(",")}]}}`);
}

/** Throws for bytes that are no event. */
export function eventText(codec: JsonCodec, event: Uint8Array): string {
  return JSON.stringify(codec.messageToJson(EVENT, event));
}
