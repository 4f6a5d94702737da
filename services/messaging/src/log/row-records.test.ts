import { appId, guid, uid } from "@parlance/platform/ids";
import { Event } from "@parlance/proto/event/v1/event";
import { Message, ReceiverType, Row } from "@parlance/proto/messaging/v1/message";
import fc from "fast-check";
import { expect, test } from "vitest";
import { directRef, groupRef } from "../domain/conversation.js";
import { encodeRow, recordsOf, type PublishableRow } from "./row-records.js";
import { encodeFields } from "./wire.js";

const message = Message.fromPartial({ id: 7, seq: 3, muid: "m1", body: { $case: "text", value: { text: "hello" } } });
const row: PublishableRow = {
  conversation: { app: appId("app"), ref: directRef(uid("alice"), uid("bob")) }, label: "alice_user_bob", kind: "message", seq: 3, sentAtMs: 1_000,
  body: Message.encode(message).finish(), target: undefined, memberUid: undefined, origin: undefined,
};

test("a record written by hand is what the generated code would write", () => {
  const [record] = recordsOf(row);
  const event = Event.fromPartial({
    id: "r:u/alice/bob:3", channel: "u:alice", atMs: 1_000,
    body: { $case: "row", value: { seq: 3, conversationId: "alice_user_bob", receiverType: ReceiverType.USER, body: { $case: "message", value: message } } },
  });
  expect(Buffer.from(record!.value)).toEqual(Buffer.from(Event.encode(event).finish()));
});

test("the trace of the call that made a row is in its events, where there is one", () => {
  const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  expect(recordsOf({ ...row, trace }).map(({ value }) => Event.decode(value).traceParent)).toEqual([trace, trace]);
  expect(recordsOf({ ...row, trace: undefined })).toEqual(recordsOf(row));
});

test("fields of any size are written so that they can be read", () => {
  fc.assert(fc.property(fc.maxSafeNat(), fc.stringMatching(/^[a-z]{0,300}$/), (seq, conversationId) => {
    expect(Row.decode(encodeFields([[1, seq], [2, conversationId]]))).toMatchObject({ seq, conversationId });
  }));
});

test("a void, and a row that is not to be seen, have no content", () => {
  expect(Row.decode(encodeRow({ ...row, kind: "void" })).body).toEqual({ $case: "void", value: { hidden: false } });
  expect(Row.decode(encodeRow(row, true)).body).toEqual({ $case: "void", value: { hidden: true } });
});

test("a change row carries the message that it changed", () => {
  const action = Message.fromPartial({ id: 8, body: { $case: "messageAction", value: { messageId: 7 } } });
  const { body } = Row.decode(encodeRow({ ...row, body: Message.encode(action).finish(), target: row.body }));
  expect(body).toMatchObject({ value: { id: 8, body: { value: { messageId: 7, message } } } });
});

test("a membership row goes to the group without the one concerned, and to that one's inbox", () => {
  const records = recordsOf({ ...row, conversation: { app: appId("app"), ref: groupRef(guid("team")) }, memberUid: uid("bob") });
  expect(records.map(({ key, headers }) => [key, headers.kind, headers.except])).toEqual([
    ["app/g:team", "memberRow", "bob"], ["app/u:bob", "memberRow", undefined],
  ]);
});
