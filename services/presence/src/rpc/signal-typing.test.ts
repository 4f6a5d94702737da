import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SignalTypingRequest } from "@parlance/proto/presence/v1/presence";
import { expect, it } from "vitest";
import { APP, forwards, gateway, place, SHOP } from "../testing/place.js";

const toBob = SignalTypingRequest.fromPartial({ receiverType: ReceiverType.USER, receiverId: "bob" });
const toGroup = SignalTypingRequest.fromPartial({ receiverType: ReceiverType.GROUP, receiverId: "team" });
const end = { ended: true };

function typist() {
  const parts = place();
  const heard = (key = `${APP}/u:bob`) => parts.events(key).map(({ body }) => {
    if (body?.$case !== "typing") return "?";
    return body.value.expired ? "expired" : body.value.ended ? "ended" : "started";
  });
  return { ...parts, heard, type: (request = toBob, who = "alice") => parts.client.signalTyping(request, forwards(who)) };
}

it("forwards a start to the other user with who types and what they addressed", async () => {
  const { type, events, records } = typist();
  await type({ ...toBob, metadataJson: '{"a":1}', parentMessageId: 7 });
  expect(events(`${APP}/u:bob`)).toMatchObject([{
    channel: "u:bob",
    body: {
      $case: "typing",
      value: { sender: { id: "alice", name: "ALICE" }, receiverId: "bob", receiverType: ReceiverType.USER, metadataJson: '{"a":1}', parentMessageId: 7 },
    },
  }]);
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ topic: "live", headers: { kind: "typing" } });
});

it("forwards to a group, but not to the sender's devices", async () => {
  const { type, records } = typist();
  await type(toGroup);
  expect(records.map(({ key, headers }) => [key, headers.except])).toEqual([[`${APP}/g:team`, "alice"]]);
});

it("R20 forwards at most one start in 3 s, of each sender and conversation", async () => {
  const { type, heard, clock } = typist();
  await type();
  await type();
  await type(toBob, "carol");
  await type(toGroup);
  await clock.advance(2_999);
  await type();
  expect(heard()).toEqual(["started", "started"]);
  await clock.advance(1);
  await type();
  expect(heard()).toEqual(["started", "started", "started"]);
  expect(heard(`${APP}/g:team`)).toEqual(["started"]);
});

it("says that typing ended when nothing was heard for 6 s", async () => {
  const { type, heard, clock } = typist();
  await type();
  await clock.advance(2_000);
  await type();
  await clock.advance(5_999);
  expect(heard()).toEqual(["started"]);
  await clock.advance(1);
  expect(heard()).toEqual(["started", "expired"]);
  await clock.advance(20_000);
  expect(heard()).toEqual(["started", "expired"]);
});

it("forwards an end once, and no end of what was not started", async () => {
  const { type, heard, clock } = typist();
  await type({ ...toBob, ...end });
  await type();
  await type({ ...toBob, ...end });
  await type({ ...toBob, ...end });
  await clock.advance(20_000);
  expect(heard()).toEqual(["started", "ended"]);
});

it("limits starts and ends in turn", async () => {
  const { type, heard, clock } = typist();
  for (let turn = 0; turn < 5; turn += 1) {
    await type();
    await type({ ...toBob, ...end });
  }
  expect(heard()).toEqual(["started", "ended"]);
  await clock.advance(3_000);
  await type();
  expect(heard()).toEqual(["started", "ended", "started"]);
});

it("drops starts when too many type", async () => {
  const { client, events } = place({ presenceTypingMax: 1 });
  await client.signalTyping(toBob, forwards("alice"));
  await client.signalTyping(toBob, forwards("carol"));
  expect(events(`${APP}/u:bob`)).toHaveLength(1);
});

it("asks identity once for a sender, and forwards without the name when identity is away", async () => {
  const { type, state, events, clock } = typist();
  await type();
  await type(toGroup);
  expect(state.asked).toBe(1);
  state.identityAway = true;
  await clock.advance(61_000);
  await type();
  expect(events(`${APP}/u:bob`).at(-1)).toMatchObject({ body: { value: { sender: { id: "alice", name: "" } } } });
});

it("keeps apps apart, and loses a signal silently when the event log is away", async () => {
  const { client, type, state, records, heard } = typist();
  await client.signalTyping(toBob, forwards("alice", SHOP));
  await type();
  expect(records.map(({ key }) => key)).toEqual([`${SHOP}/u:bob`, `${APP}/u:bob`]);
  state.liveAway = true;
  await type({ ...toBob, ...end });
  expect(heard()).toEqual(["started"]);
});

it("asks for names within the trace of the signal", async () => {
  const { client, state } = typist();
  await client.signalTyping(toBob, { ...forwards("alice"), traceParent: "00-1-2-01" });
  expect(state.askedFor).toBe("00-1-2-01");
});

it("refuses signals to oneself and signals of nobody", async () => {
  const { type, client } = typist();
  await expect(type(toBob, "bob")).rejects.toMatchObject({ name: "ERR_CANNOT_MESSAGE_SELF" });
  await expect(client.signalTyping(toBob, { ...gateway, app: APP })).rejects.toMatchObject({ name: "ERR_BAD_REQUEST" });
});
