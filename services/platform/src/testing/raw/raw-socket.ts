import { connect, type Socket } from "node:net";
import { seededRandom, type Random } from "../../random/index.js";
import type { Clock, Timer } from "../../time/index.js";
import {
  closePayload,
  encodeFrame,
  FrameParser,
  OPCODE,
  type IncomingFrame,
  type OutgoingFrame,
} from "./frame-codec.js";
import { upgrade } from "./upgrade.js";

export interface RawSocketOptions {
  readonly port: number;
  readonly host?: string;
  readonly path?: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly random?: Random;
  /** False: pings of the server stay without an answer. */
  readonly answersPings?: boolean;
}

/** How a socket ended. Code 1006: without a close frame. */
export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
}

export interface RawMessage {
  readonly kind: "text" | "binary";
  readonly bytes: Buffer;
}

const SLOW_READS_PER_SECOND = 10;

/**
 * A WebSocket client over plain TCP that shares no code with the SDK or any library: it can send frames that
 * are wrong in every way, stop reading, or read slowly (F11, F16).
 */
export class RawSocket {
  readonly ended: Promise<SocketEnd>;
  /** The subprotocol that the server chose. */
  readonly protocol: string;
  readonly #socket: Socket;
  readonly #random: Random;
  readonly #answersPings: boolean;
  readonly #parser = new FrameParser();
  #fragments: IncomingFrame[] = [];
  #onMessage: (message: RawMessage) => void = () => {};
  #unheard: RawMessage[] | undefined = [];
  #reading = true;
  #slow: Timer | undefined;
  #end: SocketEnd = { code: 1006, reason: "" };

  private constructor(socket: Socket, protocol: string, { random, answersPings = true }: RawSocketOptions) {
    this.#socket = socket;
    this.protocol = protocol;
    this.#random = random ?? seededRandom(socket.localPort ?? 1);
    this.#answersPings = answersPings;
    this.ended = new Promise((resolve) => void socket.once("close", () => resolve(this.#end)));
    socket.on("readable", () => this.#read());
    socket.once("close", () => this.#slow?.cancel());
  }

  /** Connects and upgrades; rejects with UpgradeRefused, which has the status, when the server says no. */
  static async open(options: RawSocketOptions): Promise<RawSocket> {
    const {
      port,
      host = "127.0.0.1",
      path = "/v1/realtime",
      protocols = ["parlance.v1.json"],
      headers = {},
    } = options;
    const socket = connect({ port, host, noDelay: true });
    // Errors end in `close`.
    socket.on("error", () => {});
    const key = Buffer.from((options.random ?? seededRandom(port)).bytes(16)).toString("base64");
    try {
      const answer = await upgrade(socket, { host: `${host}:${port}`, path, key, protocols, headers });
      const raw = new RawSocket(socket, answer.headers.get("sec-websocket-protocol") ?? "", options);
      raw.#take(answer.rest);
      return raw;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** Whole messages, in order. What came before the listener was set is handed over at once. */
  onMessage(listener: (message: RawMessage) => void): void {
    this.#onMessage = listener;
    const unheard = this.#unheard ?? [];
    this.#unheard = undefined;
    for (const message of unheard) listener(message);
  }

  sendText(text: string): void {
    this.sendFrame({ opcode: OPCODE.text, payload: Buffer.from(text) });
  }

  sendBinary(bytes: Uint8Array): void {
    this.sendFrame({ opcode: OPCODE.binary, payload: bytes });
  }

  /** One message in several frames; `finished: false` leaves it open. */
  sendFragments(kind: "text" | "binary", pieces: readonly Uint8Array[], finished = true): void {
    for (const [index, payload] of pieces.entries()) {
      const opcode = index === 0 ? OPCODE[kind] : OPCODE.continuation;
      this.sendFrame({ opcode, payload, fin: finished && index === pieces.length - 1 });
    }
  }

  ping(payload: Uint8Array = Buffer.alloc(0)): void {
    this.sendFrame({ opcode: OPCODE.ping, payload });
  }

  /** Sends a frame, masked with fresh bytes unless it says otherwise. */
  sendFrame(frame: OutgoingFrame): void {
    this.sendRaw(encodeFrame({ mask: this.#random.bytes(4), ...frame }));
  }

  /** Bytes as they are, for example an unmasked frame from `encodeFrame`. */
  sendRaw(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** Starts the closing handshake and waits for the end. */
  close(code = 1000, reason = ""): Promise<SocketEnd> {
    this.sendFrame({ opcode: OPCODE.close, payload: closePayload(code, reason) });
    return this.ended;
  }

  /** Goes without a word: a reset, unless the socket is ending already. */
  destroy(): Promise<SocketEnd> {
    // While a shutdown runs the system refuses a reset (EINVAL), and Node then never closes the socket.
    if (this.#socket.writable) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    return this.ended;
  }

  /**
   * Reads nothing more, so that the server's writes pile up. A close by the server is noticed only after
   * `resumeReading`.
   */
  pauseReading(): void {
    this.#reading = false;
  }

  resumeReading(): void {
    this.#slow?.cancel();
    this.#reading = true;
    this.#read();
  }

  readSlowly(bytesPerSecond: number, clock: Pick<Clock, "every">): void {
    this.pauseReading();
    const bytes = Math.max(1, Math.floor(bytesPerSecond / SLOW_READS_PER_SECOND));
    this.#slow?.cancel();
    this.#slow = clock.every(1_000 / SLOW_READS_PER_SECOND, () => {
      const piece = this.#socket.read(Math.min(bytes, this.#socket.readableLength)) as Buffer | null;
      if (piece !== null) this.#take(piece);
    });
  }

  #read(): void {
    while (this.#reading) {
      const piece = this.#socket.read() as Buffer | null;
      if (piece === null) return;
      this.#take(piece);
    }
  }

  #take(piece: Buffer): void {
    for (const frame of this.#parser.add(piece)) this.#onFrame(frame);
  }

  #onFrame(frame: IncomingFrame): void {
    if (frame.opcode === OPCODE.close) this.#onClose(frame.payload);
    else if (frame.opcode === OPCODE.ping) {
      if (this.#answersPings) this.sendFrame({ opcode: OPCODE.pong, payload: frame.payload });
    } else if (frame.opcode !== OPCODE.pong) {
      this.#fragments.push(frame);
      if (frame.fin) this.#finishMessage();
    }
  }

  #finishMessage(): void {
    const [first] = this.#fragments;
    const bytes = Buffer.concat(this.#fragments.map(({ payload }) => payload));
    this.#fragments = [];
    const message: RawMessage = { kind: first?.opcode === OPCODE.binary ? "binary" : "text", bytes };
    if (this.#unheard === undefined) this.#onMessage(message);
    else this.#unheard.push(message);
  }

  #onClose(payload: Buffer): void {
    this.#end = {
      code: payload.length >= 2 ? payload.readUInt16BE(0) : 1005,
      reason: payload.subarray(2).toString("utf8"),
    };
    this.sendFrame({ opcode: OPCODE.close, payload: payload.subarray(0, 2) });
    this.#socket.end();
  }
}
