import { appId, guid, uid } from "@parlance/platform/ids";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { expect, test } from "vitest";
import { addressOf, conversationKey, conversationOf, directRef, groupRef, labelOf, partsOf, peerOf } from "./conversation.js";

const [ALICE, BOB] = [uid("alice"), uid("bob")];

test("both of a pair mean the same conversation", () => {
  const app = appId("app");
  const one = conversationOf(app, ALICE, addressOf(ReceiverType.USER, "bob"));
  expect(conversationOf(app, BOB, addressOf(ReceiverType.USER, "alice"))).toEqual(one);
  expect(conversationKey(one)).toBe("app/u/alice/bob");
});

test("a ref says what it names, whatever the ids look like", () => {
  expect(partsOf(directRef(uid("b_user_c"), uid("a")))).toEqual({ type: ReceiverType.USER, low: "a", high: "b_user_c" });
  expect(partsOf(groupRef(guid("u")))).toEqual({ type: ReceiverType.GROUP, guid: "u" });
  expect(directRef(uid("a"), uid("b_user_c"))).not.toBe(directRef(uid("a_user_b"), uid("c")));
});

test("labels are those of chat.md 11.2", () => {
  expect([labelOf(directRef(BOB, ALICE)), labelOf(groupRef(guid("team")))]).toEqual(["alice_user_bob", "group_team"]);
});

test("the peer is the other one", () => {
  const parts = partsOf(directRef(ALICE, BOB));
  if (parts.type !== ReceiverType.USER) throw new Error("a pair is expected");
  expect([peerOf(parts, ALICE), peerOf(parts, BOB)]).toEqual([BOB, ALICE]);
});
