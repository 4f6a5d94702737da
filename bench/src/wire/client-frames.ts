// What the generator sends. Sends are encoded once per sender and then only patched: id and muid have a fixed width.

import { ClientFrame, PresenceMode } from "@parlance/proto/gateway/v1/frame";
import type { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { clientFrame, OPCODE } from "./websocket.js";

/** Ids from here on are varints of four bytes, up to 2 ** 28. */
const FIRST_ID = 2 ** 21;
const LAST_ID = 2 ** 28 - 1;
const ID_BYTES = 4;
const NUMBER_DIGITS = 8;
const SENDER_DIGITS = 6;

function encode(frame: ClientFrame): Buffer {
  return clientFrame(OPCODE.binary, ClientFrame.encode(frame).finish());
}

export interface HelloParts {
  readonly token: string;
  readonly deviceId: string;
  readonly resumeToken?: string | undefined;
  readonly place?: string | undefined;
}

export function helloFrame({ token, deviceId, resumeToken = "", place }: HelloParts): Buffer {
  return encode({
    id: 1,
    body: {
      $case: "hello",
      value: {
        token, appId: "", deviceId, platform: "node", presence: PresenceMode.UNSPECIFIED, resumeToken,
        background: false, backgroundGraceMs: 0, sdkVersion: "bench", place,
      },
    },
  });
}

export function pingFrame(): Buffer {
  return encode({ id: 0, body: { $case: "ping", value: {} } });
}

export function callFrame(id: number, method: string, request: Uint8Array): Buffer {
  return encode({ id, body: { $case: "call", value: { method, request } } });
}

export interface Address {
  readonly receiverType: ReceiverType;
  readonly receiverId: string;
}

export interface SendParts extends Address {
  /** Tells senders apart within a run. */
  readonly sender: number;
  readonly text: string;
}

export function sendRequest({ receiverType, receiverId, sender, text }: SendParts, number: number): SendMessageRequest {
  return SendMessageRequest.fromPartial({
    receiverType, receiverId, muid: muidOf(sender, number), body: { $case: "text", value: { text } },
  });
}

export function muidOf(sender: number, number: number): string {
  return `b${String(sender).padStart(SENDER_DIGITS, "0")}-${String(number).padStart(NUMBER_DIGITS, "0")}`;
}

export const MUID_LENGTH = 1 + SENDER_DIGITS + 1 + NUMBER_DIGITS;

/** The call id of a send; the number can be told from it. */
export function idOfNumber(number: number): number {
  return FIRST_ID + number;
}

export function numberOfId(id: number): number {
  return id - FIRST_ID;
}

/** The SendMessage frames of one sender to one receiver. */
export class SendTemplate {
  readonly #frame: Buffer;
  readonly #idAt: number;
  readonly #digitsAt: number;

  constructor(parts: SendParts) {
    const request = SendMessageRequest.encode(sendRequest(parts, 0)).finish();
    this.#frame = callFrame(FIRST_ID, "messaging.SendMessage", request);
    const muid = muidOf(parts.sender, 0);
    this.#digitsAt = this.#frame.indexOf(muid) + MUID_LENGTH - NUMBER_DIGITS;
    // The id is the first field: one byte of tag, then the varint.
    this.#idAt = this.#frame.indexOf(Buffer.from([0x08, 0x80, 0x80, 0x80, 0x01])) + 1;
    if (this.#idAt === 0 || this.#digitsAt < MUID_LENGTH) throw new Error("the frame does not look as expected");
  }

  frame(number: number): Buffer {
    const id = idOfNumber(number);
    if (id > LAST_ID) throw new Error("too many messages for one sender");
    const frame = Buffer.from(this.#frame);
    for (let at = 0; at < ID_BYTES; at += 1) frame[this.#idAt + at] = ((id >>> (7 * at)) & 0x7f) | (at < ID_BYTES - 1 ? 0x80 : 0);
    let left = number;
    for (let at = NUMBER_DIGITS - 1; at >= 0; at -= 1) {
      frame[this.#digitsAt + at] = 48 + (left % 10);
      left = Math.floor(left / 10);
    }
    return frame;
  }
}
