import { createHash } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { encodeFrame, FrameParser, OPCODE, type IncomingFrame, type OutgoingFrame } from "./frame-codec.js";

/** One connection as the script sees it. */
export interface ScriptedConnection {
  readonly frames: IncomingFrame[];
  readonly head: string;
  readonly socket: Socket;
  send(frame: OutgoingFrame): void;
  sendJson(value: object): void;
}

/** Says what the server does when a whole frame came in. */
export type Script = (frame: IncomingFrame, connection: ScriptedConnection) => void;

/** A WebSocket server for the tests of the raw client; it does what the script says and nothing else. */
export class ScriptedServer {
  readonly connections: ScriptedConnection[] = [];
  readonly #server: Server;
  readonly #script: Script;
  readonly #refusal: string | undefined;

  private constructor(script: Script, refusal: string | undefined) {
    this.#script = script;
    this.#refusal = refusal;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(script: Script = () => {}, refusal?: string): Promise<ScriptedServer> {
    const server = new ScriptedServer(script, refusal);
    await new Promise<void>((resolve) => void server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    socket.on("error", () => {});
    socket.once("data", (first: Buffer) => {
      const head = first.toString("latin1");
      if (this.#refusal !== undefined) {
        socket.end(this.#refusal);
        return;
      }
      const key = /Sec-WebSocket-Key: (.+)\r\n/.exec(head)?.[1] ?? "";
      const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      const protocol = /Sec-WebSocket-Protocol: ([^,\r]+)/.exec(head)?.[1] ?? "";
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n` +
          `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
      );
      this.#serve(socket, head);
    });
  }

  #serve(socket: Socket, head: string): void {
    const parser = new FrameParser("client");
    const send = (frame: OutgoingFrame): void => void socket.write(encodeFrame(frame));
    const connection: ScriptedConnection = {
      frames: [],
      head,
      socket,
      send,
      sendJson: (value) => send({ opcode: OPCODE.text, payload: Buffer.from(JSON.stringify(value)) }),
    };
    this.connections.push(connection);
    socket.on("data", (piece: Buffer) => {
      for (const frame of parser.add(piece)) {
        connection.frames.push(frame);
        this.#script(frame, connection);
      }
    });
  }
}
