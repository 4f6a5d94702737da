// Throws mutated frames at a server: on sockets of both forms, before and after hello. What can be answered without a close is
// sent several at a time, what breaks the connection comes last on it.
import { RawSocket, type MutatedFrame, type MutationKind } from "@parlance/platform/testing";
import { within, TIMED_OUT, type Clock } from "@parlance/platform/time";
import { ClientFrame, ServerFrame } from "@parlance/proto/gateway/v1/frame";

const TEXT_KINDS: ReadonlySet<MutationKind> = new Set(["truncatedJson", "oddJson", "unknownJsonFields", "oddJsonValue", "deepJson"]);
const BINARY_KINDS: ReadonlySet<MutationKind> = new Set([
  "truncatedProto", "flippedProto", "unknownProtoFields", "hugeProtoLength", "nestedGroups", "deepProto",
]);
const AT_ONCE = 8;
const BACKLOG_MAX = 200;
const LIVENESS_MS = 30_000;
const PING_ID = 4_242;
const LEFT_MAX = 200;

export interface FuzzerOptions {
  readonly port: number;
  readonly clock: Clock;
  readonly frames: Iterator<MutatedFrame, never>;
  readonly tokens: readonly string[];
}

/** Sorts an endless mixture; what is not wanted for now waits, and the surplus is left out. */
class Sorter {
  readonly #frames: Iterator<MutatedFrame, never>;
  readonly #waiting = { text: [] as Buffer[], binary: [] as Buffer[], breaking: [] as Buffer[] };

  constructor(frames: Iterator<MutatedFrame, never>) {
    this.#frames = frames;
  }

  take(what: "text" | "binary" | "breaking"): Buffer {
    for (;;) {
      const found = this.#waiting[what].shift();
      if (found !== undefined) return found;
      const { kind, bytes } = this.#frames.next().value;
      const queue = this.#waiting[TEXT_KINDS.has(kind) ? "text" : BINARY_KINDS.has(kind) ? "binary" : "breaking"];
      if (queue.length < BACKLOG_MAX) queue.push(bytes);
    }
  }
}

export class Fuzzer {
  readonly #options: FuzzerOptions;
  readonly #sorter: Sorter;
  /** By close code. */
  readonly closes = new Map<number, number>();
  readonly #left: RawSocket[] = [];
  sent = 0;
  connections = 0;
  /** Nothing came of a connection for very long. */
  hung = 0;

  constructor(options: FuzzerOptions) {
    this.#options = options;
    this.#sorter = new Sorter(options.frames);
  }

  /** One connection: perhaps a hello, then frames that may be answered, then one that may break it. */
  async visit(): Promise<void> {
    const turn = (this.connections += 1);
    const form = turn % 2 === 0 ? "text" : "binary";
    const socket = await RawSocket.open({
      port: this.#options.port, protocols: [form === "text" ? "parlance.v1.json" : "parlance.v1.proto"],
    });
    const isQuiet = turn % 5 === 0;
    if (!isQuiet) {
      const welcomed = heard(socket, form, "welcome");
      hello(socket, form, this.#options.tokens[turn % this.#options.tokens.length]!);
      if (await this.#stuck(Promise.race([welcomed, socket.ended]))) return;
      for (let count = 0; count < AT_ONCE; count += 1) this.#send(socket, this.#sorter.take(form));
      const answered = heard(socket, form, "pong");
      ping(socket, form);
      if (await this.#stuck(Promise.race([answered, socket.ended]))) return;
    }
    this.#send(socket, this.#sorter.take(turn % 3 === 0 && isQuiet ? form : "breaking"));
    await this.#leave(socket);
  }

  /** Cuts what is still there. */
  async finish(): Promise<void> {
    await Promise.all(this.#left.splice(0).map((socket) => socket.destroy()));
  }

  /**
   * Says good-bye. A frame that claims to be longer than it is swallows that, so nobody waits for an answer; the oldest
   * of many that were left is cut.
   */
  async #leave(socket: RawSocket): Promise<void> {
    void socket.close(1000).then(({ code }) => this.closes.set(code, (this.closes.get(code) ?? 0) + 1));
    this.#left.push(socket);
    if (this.#left.length > LEFT_MAX) await this.#left.shift()!.destroy();
  }

  #send(socket: RawSocket, bytes: Buffer): void {
    this.sent += 1;
    socket.sendRaw(bytes);
  }

  async #stuck(work: Promise<unknown>): Promise<boolean> {
    if ((await within(this.#options.clock, LIVENESS_MS, work)) !== TIMED_OUT) return false;
    this.hung += 1;
    return true;
  }
}

function hello(socket: RawSocket, form: "text" | "binary", token: string): void {
  if (form === "text") return socket.sendText(JSON.stringify({ id: 1, hello: { token, deviceId: "phone" } }));
  const { body } = ClientFrame.fromPartial({ body: { $case: "hello", value: { token, deviceId: "phone" } } });
  return socket.sendBinary(ClientFrame.encode({ id: 1, body }).finish());
}

function ping(socket: RawSocket, form: "text" | "binary"): void {
  if (form === "text") return socket.sendText(JSON.stringify({ id: PING_ID, ping: {} }));
  return socket.sendBinary(ClientFrame.encode({ id: PING_ID, body: { $case: "ping", value: {} } }).finish());
}

function heard(socket: RawSocket, form: "text" | "binary", what: "welcome" | "pong"): Promise<void> {
  return new Promise((resolve) => socket.onMessage(({ bytes }) => {
    if (form === "text") {
      if (bytes.includes(what === "welcome" ? '"welcome":' : `{"id":${PING_ID},"pong"`)) resolve();
      return;
    }
    const frame = ServerFrame.decode(bytes);
    if (frame.body?.$case === what && (what === "welcome" || frame.id === PING_ID)) resolve();
  }));
}
