// Valid frames to start mutating from: each kind of client frame, in both forms.
import type { Samples } from "@parlance/platform/testing";
import { ClientFrame } from "@parlance/proto/gateway/v1/frame";
import { ListRowsRequest, MarkReadRequest, SendMessageRequest, SyncRequest } from "@parlance/proto/messaging/v1/rpc";

const ADDRESS = { receiverType: "RECEIVER_TYPE_USER", receiverId: "bob" } as const;
const WIRE_ADDRESS = { receiverType: 1, receiverId: "bob" } as const;

export function fuzzSamples(token: string): Samples {
  const call = (method: string, request: object) => ({ id: 7, call: { method, request } });
  const json = [
    { id: 1, hello: { token, deviceId: "phone", platform: "web" } },
    call("messaging.SendMessage", { ...ADDRESS, muid: "m1", text: { text: "hello" }, tags: ["a", "b"], metadataJson: "{\"a\":[1,2]}" }),
    call("messaging.SendMessage", { ...ADDRESS, category: "CATEGORY_CUSTOM", type: "poll", custom: { customDataJson: "{\"q\":1}" } }),
    call("messaging.ListRows", { ...ADDRESS, afterSeq: 0, pageSize: 10 }),
    call("messaging.Sync", { conversations: [{ ...ADDRESS, seq: 0 }], syncToken: "", epoch: "" }),
    call("messaging.MarkRead", ADDRESS),
    call("group.JoinGroup", { guid: "book-club" }),
    call("identity.GetUser", { uid: "bob" }),
    call("presence.SubscribePresence", { uids: ["bob"] }),
    { typing: ADDRESS },
    { transient: { ...ADDRESS, dataJson: "{\"x\":1}" } },
    { id: 3, ping: {} },
    { background: {} },
    { foreground: {} },
  ];
  const wire = (method: string, request: Uint8Array) => frame({ $case: "call", value: { method, request } });
  const binary = [
    frame({ $case: "hello", value: ClientFrame.fromPartial({ body: { $case: "hello", value: { token, deviceId: "phone" } } }).body!.value as never }),
    wire("messaging.SendMessage", SendMessageRequest.encode(SendMessageRequest.fromPartial({
      ...WIRE_ADDRESS, muid: "m2", body: { $case: "text", value: { text: "hello" } }, tags: ["a"], metadataJson: "{}",
    })).finish()),
    wire("messaging.ListRows", ListRowsRequest.encode(ListRowsRequest.fromPartial({ ...WIRE_ADDRESS, pageSize: 10 })).finish()),
    wire("messaging.Sync", SyncRequest.encode(SyncRequest.fromPartial({ conversations: [{ ...WIRE_ADDRESS, seq: 1 }] })).finish()),
    wire("messaging.MarkRead", MarkReadRequest.encode(MarkReadRequest.fromPartial(WIRE_ADDRESS)).finish()),
    frame({ $case: "typing", value: { ...WIRE_ADDRESS, ended: false, metadataJson: "", parentMessageId: 0 } }),
    frame({ $case: "transient", value: { ...WIRE_ADDRESS, dataJson: "{}" } }),
    frame({ $case: "ping", value: {} }),
  ];
  return { json: json.map((each) => JSON.stringify(each)), binary };
}

function frame(body: NonNullable<ClientFrame["body"]>): Uint8Array {
  return ClientFrame.encode({ id: 5, body }).finish();
}
