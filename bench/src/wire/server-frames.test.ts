import { describe, expect, it } from "vitest";
import { Event } from "@parlance/proto/event/v1/event";
import { ServerFrame } from "@parlance/proto/gateway/v1/frame";
import { Message, Row } from "@parlance/proto/messaging/v1/message";
import { SendMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { muidOf } from "./client-frames.js";
import { ServerFrames, type Listener } from "./server-frames.js";

function heard(frame: ServerFrame): unknown[] {
  const found: unknown[] = [];
  const frames = new ServerFrames();
  const listener: Listener = {
    welcome: () => found.push("welcome"),
    goodbye: () => found.push("goodbye"),
    pong: () => found.push("pong"),
    result: (id, bytes, start, end) => found.push(["result", id, frames.seqOfSent(bytes, start, end)]),
    error: (id) => found.push(["error", id]),
    row: (seq, sender, number) => found.push(["row", seq, sender, number]),
    otherEvent: () => found.push("other"),
  };
  const bytes = Buffer.concat([Buffer.from("before"), ServerFrame.encode(frame).finish(), Buffer.from("after")]);
  frames.read(bytes, 6, bytes.length - 5, listener);
  return found;
}

const message = (seq: number, muid: string) => Message.fromPartial({ id: 2 ** 52, seq, muid, conversationId: "c", sentAtMs: 1e12 });
const rowEvent = (seq: number, muid: string) => Event.fromPartial({
  id: "e", channel: "u:bob", atMs: 1e12,
  body: { $case: "row", value: Row.fromPartial({ seq, conversationId: "c", body: { $case: "message", value: message(seq, muid) } }) },
});

describe("server frames", () => {
  it("tell the seq of an ack", () => {
    const value = SendMessageResponse.encode({ message: message(300, "m"), duplicate: false }).finish();
    expect(heard({ id: 2 ** 27, body: { $case: "result", value } })).toEqual([["result", 2 ** 27, 300]]);
  });

  it("tell seq, sender and number of a row", () => {
    const value = rowEvent(70_000, muidOf(123, 456_789));
    expect(heard({ id: 0, body: { $case: "event", value } })).toEqual([["row", 70_000, 123, 456_789]]);
  });

  it("tell all rows of one tick", () => {
    const events = [rowEvent(1, muidOf(1, 1)), Event.fromPartial({ id: "t", body: { $case: "typing", value: {} } }), rowEvent(2, muidOf(1, 2))];
    expect(heard({ id: 0, body: { $case: "events", value: { events } } })).toEqual([["row", 1, 1, 1], "other", ["row", 2, 1, 2]]);
  });

  it("do not take the messages of others for those of the load", () => {
    expect(heard({ id: 0, body: { $case: "event", value: rowEvent(1, "someone-elses-muid") } })).toEqual(["other"]);
  });

  it("that are cut short are an error", () => {
    const bytes = ServerFrame.encode({ id: 1, body: { $case: "result", value: Buffer.alloc(10) } }).finish();
    const nobody = new Proxy({}, { get: () => () => undefined }) as Listener;
    expect(() => new ServerFrames().read(bytes, 0, bytes.length - 1, nobody)).toThrow("longer than its message");
  });
});
