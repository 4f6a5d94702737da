import { Message } from "@parlance/proto/messaging/v1/message";
import fc from "fast-check";
import { expect, test } from "vitest";
import { labelField, placeContent, putVarint, varintSize } from "./placement.js";

const number = fc.oneof(fc.maxSafeNat(), fc.nat({ max: 300 }), fc.constantFrom(1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32, 2 ** 53 - 1));

test("a placed message reads as the content with its place, whatever both are", () => {
  fc.assert(fc.property(number, number, number, number, fc.string({ maxLength: 300 }), (id, seq, sentAtMs, countableNo, text) => {
    const content = Message.fromPartial({ muid: "m1", sender: { id: "alice", name: text }, body: { $case: "text", value: { text } } });
    const place = { id, seq, sentAtMs, countableNo };
    const label = "alice_user_bob".repeat(1 + (text.length % 12));
    const placed = placeContent(Message.encode(content).finish(), place, labelField(label));
    expect(Message.decode(placed)).toEqual({ ...content, ...place, conversationId: label });
  }));
});

test("a number takes as many bytes as are reserved for it", () => {
  fc.assert(fc.property(number, (value) => {
    expect(putVarint(new Uint8Array(10), 0, value)).toBe(varintSize(value));
  }));
});
