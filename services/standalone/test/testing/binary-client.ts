import { fail, fromErrorDetail } from "@parlance/platform/errors";
import { RawSocket, type RawSocketOptions } from "@parlance/platform/testing";
import { ClientFrame, ServerFrame } from "@parlance/proto/gateway/v1/frame";
import { before } from "./device.js";

/** Speaks the binary subprotocol, one frame a message. */
export class BinaryClient {
  readonly socket: RawSocket;
  readonly #answers = new Map<number, (frame: ServerFrame) => void>();
  #lastId = 0;

  private constructor(socket: RawSocket) {
    this.socket = socket;
    socket.onMessage(({ bytes }) => {
      const frame = ServerFrame.decode(bytes);
      this.#answers.get(frame.id)?.(frame);
    });
  }

  static async open(options: RawSocketOptions): Promise<BinaryClient> {
    return new BinaryClient(await RawSocket.open({ ...options, protocols: ["parlance.v1.proto"] }));
  }

  async hello(token: string): Promise<ServerFrame> {
    return this.ask({
      $case: "hello", value: {
        token, appId: "", deviceId: "binary", platform: "test", presence: 0, resumeToken: "", background: false,
        backgroundGraceMs: 0, sdkVersion: "",
      },
    });
  }

  /** The encoded response; rejects with the AppError of an error frame. */
  async call(method: string, request: Uint8Array): Promise<Uint8Array> {
    const { body } = await this.ask({ $case: "call", value: { method, request } });
    if (body?.$case === "result") return body.value;
    throw body?.$case === "error" ? fromErrorDetail(body.value) : fail("ERR_EXCEPTION", `answered with ${body?.$case ?? "nothing"}`);
  }

  ask(body: ClientFrame["body"]): Promise<ServerFrame> {
    const id = (this.#lastId += 1);
    const answered = new Promise<ServerFrame>((resolve) => void this.#answers.set(id, resolve));
    this.socket.sendBinary(ClientFrame.encode({ id, body }).finish());
    return before(Promise.race([answered, this.#ended()]), "an answer");
  }

  async #ended(): Promise<never> {
    const { code, reason } = await this.socket.ended;
    throw new Error(`closed with ${code} ${reason}`);
  }
}
