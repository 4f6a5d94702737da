import { describe, expect, it } from "vitest";
import { ClientFrame } from "@parlance/proto/gateway/v1/frame";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { idOfNumber, muidOf, numberOfId, SendTemplate } from "./client-frames.js";

const parts = { receiverType: ReceiverType.USER, receiverId: "bob", sender: 42, text: "hello" };

/** The payload as the server sees it: behind two bytes of head, the extended length of two and the mask. */
function decoded(frame: Buffer): ClientFrame {
  const length = (frame[1] ?? 0) & 0x7f;
  return ClientFrame.decode(frame.subarray(length === 126 ? 8 : 6));
}

describe("a patched send", () => {
  it.each([0, 1, 127, 128, 99_999_999])("is the frame that would have been encoded for message %d", (number) => {
    const { id, body } = decoded(new SendTemplate(parts).frame(number));
    expect(id).toBe(idOfNumber(number));
    expect(body?.$case).toBe("call");
    const call = body?.$case === "call" ? body.value : undefined;
    expect(call?.method).toBe("messaging.SendMessage");
    const request = SendMessageRequest.decode(call?.request ?? new Uint8Array());
    expect(request).toMatchObject({ receiverId: "bob", muid: muidOf(42, number), body: { $case: "text", value: { text: "hello" } } });
  });

  it("does not change one that was made before", () => {
    const template = new SendTemplate(parts);
    const first = template.frame(1);
    template.frame(2);
    expect(decoded(first).id).toBe(idOfNumber(1));
  });

  it("has a number that can be told from its id", () => {
    expect(numberOfId(idOfNumber(4_711))).toBe(4_711);
  });
});
