import { Event } from "@parlance/proto/event/v1/event";
import { describe, expect, it } from "vitest";
import { decodeEvent } from "./decode-event.js";

const value = Event.encode(Event.fromPartial({ id: "e1", body: { $case: "groupDeleted", value: {} } })).finish();

describe("decodeEvent", () => {
  it("reads an event of the kind its header says", () => {
    expect(decodeEvent(value, "groupDeleted").id).toBe("e1");
  });

  it("refuses another kind, and bytes that are no event (F10)", () => {
    expect(() => decodeEvent(value, "typing")).toThrow();
    expect(() => decodeEvent(new Uint8Array([0xff, 0xff, 0xff]), "typing")).toThrow();
    expect(() => decodeEvent(new Uint8Array(), "typing")).toThrow();
  });
});
