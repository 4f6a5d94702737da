import { connect, type ClientHttp2Session } from "node:http2";

/** How a call ended, in gRPC's numbers; 0 is well. */
export interface GrpcEnd {
  readonly status: number;
  readonly message: Uint8Array;
}

/** One connection to the gRPC port, written without any gRPC library. */
export class GrpcSession {
  readonly #session: ClientHttp2Session;

  constructor(port: number) {
    this.#session = connect(`http://127.0.0.1:${port}`);
    // A refused stream shows in its call.
    this.#session.on("error", () => {});
  }

  /** `method` as `/parlance.messaging.v1.MessagingService/SendMessage`. */
  call(method: string, request: Uint8Array, metadata: Readonly<Record<string, string>>): Promise<GrpcEnd> {
    return new Promise((resolve, reject) => {
      const stream = this.#session.request({
        ":method": "POST", ":path": method, "content-type": "application/grpc", te: "trailers", ...metadata,
      });
      const pieces: Buffer[] = [];
      let status = UNKNOWN;
      const read = (headers: Readonly<Record<string, unknown>>): void => {
        if (headers["grpc-status"] !== undefined) status = Number(headers["grpc-status"]);
      };
      stream.on("response", read).on("trailers", read).on("error", reject);
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("close", () => resolve({ status, message: Buffer.concat(pieces).subarray(PREFIX_BYTES) }));
      stream.end(prefixed(request));
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#session.close(resolve));
  }

  get isOpen(): boolean {
    return !this.#session.closed && !this.#session.destroyed;
  }
}

// No compression, four bytes of length.
const PREFIX_BYTES = 5;
const UNKNOWN = 2;

function prefixed(message: Uint8Array): Buffer {
  const framed = Buffer.alloc(PREFIX_BYTES + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  return framed;
}

