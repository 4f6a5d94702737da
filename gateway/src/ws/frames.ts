// The frames of a socket in their two forms (README, "Frames"). A client frame becomes the same value from either form:
// the request of a call is always encoded bytes, so everything behind this file is one path.

import { AppError, fail } from "@parlance/platform/errors";
import { nestsDeeper, type JsonCodec } from "@parlance/platform/rpc";
import { ClientFrame, ServerFrame } from "@parlance/proto/gateway/v1/frame";
import { message } from "./wire.js";

const CLIENT_FRAME = "parlance.gateway.v1.ClientFrame";
const SERVER_FRAME = "parlance.gateway.v1.ServerFrame";

export type ReadFrame =
  | { readonly frame: ClientFrame; readonly error?: undefined }
  /** `id` is that of the frame as far as it could be read, else 0. */
  | { readonly error: AppError; readonly id: number };

const unreadable = () => fail("ERR_BAD_REQUEST", "The frame cannot be read.");

function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** As proto3 JSON has it: null is absent. */
function isOptionalText(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads and writes frames. */
export class Frames {
  readonly #codec: JsonCodec;

  constructor(codec: JsonCodec) {
    this.#codec = codec;
  }

  read(bytes: Uint8Array, isJson: boolean): ReadFrame {
    return isJson ? this.#readJson(bytes) : readProto(bytes);
  }

  write(frame: ServerFrame, isJson: boolean): Uint8Array {
    const bytes = ServerFrame.encode(frame).finish();
    return isJson ? jsonBytes(this.#codec.messageToJson(SERVER_FRAME, bytes)) : bytes;
  }

  result(id: number, method: string, response: Uint8Array, isJson: boolean): Uint8Array {
    if (isJson) return jsonBytes({ id, result: this.#codec.responseToJson(method, response) });
    return message([ID_TAG, id], [RESULT_TAG, response]);
  }

  #readJson(bytes: Uint8Array): ReadFrame {
    let id = 0;
    try {
      const value = parsed(bytes);
      if (isId(value["id"])) id = value["id"];
      const frame = "call" in value ? this.#jsonCall(id, value) : this.#jsonOther(value);
      return checked(frame);
    } catch (error) {
      return { error: error instanceof AppError ? error : unreadable(), id };
    }
  }

  #jsonOther(value: Readonly<Record<string, unknown>>): ClientFrame {
    return ClientFrame.decode(this.#codec.messageFromJson(CLIENT_FRAME, value));
  }

  /** The one place where the JSON form is not proto3 JSON: a request is a JSON object and not base64. */
  #jsonCall(id: number, value: Readonly<Record<string, unknown>>): ClientFrame {
    const { id: _id, call, ...others } = value;
    const stranger = Object.keys(others)[0];
    if (stranger !== undefined) throw fail("ERR_BAD_REQUEST", undefined, { fields: { [stranger.slice(0, 100)]: "is not a field of a call frame" } });
    if (!isObject(call)) throw fail("ERR_BAD_REQUEST", undefined, { fields: { call: "must be an object" } });
    const { method, request = {}, traceParent, ...rest } = call;
    const unknown = Object.keys(rest)[0];
    if (unknown !== undefined) throw fail("ERR_BAD_REQUEST", undefined, { fields: { [`call.${unknown.slice(0, 100)}`]: "is not a field" } });
    if (typeof method !== "string") throw fail("ERR_BAD_REQUEST", undefined, { fields: { "call.method": "must be a string" } });
    if (!isOptionalText(traceParent)) throw fail("ERR_BAD_REQUEST", undefined, { fields: { "call.traceParent": "must be a string" } });
    const read = { method, request: this.#codec.jsonToRequest(method, request), traceParent: traceParent ?? undefined };
    return { id, body: { $case: "call", value: read } };
  }
}

const ID_TAG = 0x08;
const RESULT_TAG = 0x1a;

function readProto(bytes: Uint8Array): ReadFrame {
  try {
    return checked(ClientFrame.decode(bytes));
  } catch {
    return { error: unreadable(), id: 0 };
  }
}

function checked(frame: ClientFrame): ReadFrame {
  if (!isId(frame.id)) return { error: fail("ERR_BAD_REQUEST", undefined, { fields: { id: "must not be negative" } }), id: 0 };
  if (frame.body === undefined) return { error: fail("ERR_BAD_REQUEST", "The frame has no known body."), id: frame.id };
  return { frame };
}

function parsed(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  if (nestsDeeper(text)) throw fail("ERR_BAD_REQUEST", "The frame nests deeper than 32 levels.");
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw fail("ERR_BAD_REQUEST", "A frame is a JSON object.");
  return value;
}

export function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
