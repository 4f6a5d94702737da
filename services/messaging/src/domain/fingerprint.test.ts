import { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintOf } from "./fingerprint.js";

const base = SendMessageRequest.fromPartial({ receiverType: 1, receiverId: "bob", muid: "m1", body: { $case: "text", value: { text: "hello" } } });

test("the same content has the same fingerprint, whatever muid and attempt", () => {
  expect(fingerprintOf({ ...base, muid: "m2", resend: true })).toBe(fingerprintOf(base));
});

test.each<[string, Partial<SendMessageRequest>]>([
  ["text", { body: { $case: "text", value: { text: "hellp" } } }],
  ["order of characters", { body: { $case: "text", value: { text: "hlelo" } } }],
  ["receiver", { receiverId: "carol" }],
  ["kind of receiver", { receiverType: 2 }],
  ["parent", { parentMessageId: 1 }],
  ["quoted message", { quotedMessageId: 1 }],
  ["metadata", { metadataJson: "{}" }],
  ["tags", { tags: ["x"] }],
  ["body", { body: { $case: "custom", value: { customDataJson: "{}", subType: "", conversationText: "", updateConversation: undefined, sendNotification: undefined } } }],
])("another %s has another", (_, fields) => {
  expect(fingerprintOf({ ...base, ...fields })).not.toBe(fingerprintOf(base));
});

test("what moves from one field to the next is another content", () => {
  expect(fingerprintOf({ ...base, metadataJson: "ab", tags: ["c"] })).not.toBe(fingerprintOf({ ...base, metadataJson: "a", tags: ["bc"] }));
});

test("different texts do not meet", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (one, other) => {
    const of = (text: string) => fingerprintOf({ ...base, body: { $case: "text", value: { text } } });
    expect(of(one) === of(other)).toBe(one === other);
  }), { numRuns: 2_000 });
});
