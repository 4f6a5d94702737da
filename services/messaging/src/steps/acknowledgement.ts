import { EncodedResponse } from "@parlance/platform/rpc";
import type { SendMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { encodeFields } from "../log/wire.js";

// Fields of SendMessageResponse.
const MESSAGE = 1;
const DUPLICATE = 2;

/** The answer to a send. The stored bytes are its message: nothing is decoded to be encoded again. */
export class Acknowledgement extends EncodedResponse<SendMessageResponse> {
  constructor(body: Uint8Array, isDuplicate: boolean) {
    super(encodeFields([[MESSAGE, body], [DUPLICATE, isDuplicate ? 1 : 0]]));
  }
}
