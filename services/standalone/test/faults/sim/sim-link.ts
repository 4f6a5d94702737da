import { AppError } from "@parlance/platform/errors";
import type { LogRecord } from "@parlance/platform/eventlog";
import { appId, uid as asUid } from "@parlance/platform/ids";
import type { Random } from "@parlance/platform/random";
import type { JsonCodec, RpcChannel } from "@parlance/platform/rpc";
import type { CallAnswer, Json, SocketEnd } from "@parlance/platform/testing";
import type { ChatLink } from "../kit/chat-client.js";

export interface SimLinkParts {
  readonly app: string;
  readonly uid: string;
  readonly session: string;
  readonly channel: RpcChannel;
  readonly codec: JsonCodec;
  readonly random: Random;
  /** Share of calls whose request, and share whose answer, gets lost. */
  readonly losses: { readonly request: number; readonly answer: number };
  readonly onEvent: (event: Json) => void;
}

const EVENT = "parlance.event.v1.Event";
const WINDOW = 20;
const CUT: CallAnswer = { outcome: "unknown", why: "the connection was cut" };

/** A connection without sockets: its calls are lost or delayed, its events wait until the script delivers them. */
export class SimLink implements ChatLink {
  readonly ended: Promise<SocketEnd>;
  /** Keys of the event log that it listens to. */
  readonly channels = new Set<string>();
  readonly #parts: SimLinkParts;
  readonly #cut: Promise<CallAnswer>;
  #end: (end: SocketEnd) => void = () => undefined;
  #waiting: LogRecord[] = [];
  #calls = 0;
  #isOpen = true;

  constructor(parts: SimLinkParts) {
    this.#parts = parts;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#cut = this.ended.then(() => CUT);
  }

  get uid(): string {
    return this.#parts.uid;
  }

  get session(): string {
    return this.#parts.session;
  }

  call(method: string, request: Json): Promise<CallAnswer> {
    const { random, losses } = this.#parts;
    if (!this.#isOpen || random.next() < losses.request) return Promise.resolve(CUT);
    const answered = this.#run(method, request).then((answer) => (random.next() < losses.answer ? CUT : answer));
    return Promise.race([answered, this.#cut]);
  }

  async cut(): Promise<void> {
    this.#isOpen = false;
    this.#waiting = [];
    this.#end({ code: 1006, reason: "" });
  }

  push(record: LogRecord): void {
    if (this.#isOpen) this.#waiting.push(record);
  }

  /** Hands over some of what waits, in any order within the window. */
  deliver(count: number, ordered = false): void {
    for (let left = count; left > 0 && this.#waiting.length > 0; left -= 1) {
      const at = ordered ? 0 : this.#parts.random.int(Math.min(WINDOW, this.#waiting.length));
      const [record] = this.#waiting.splice(at, 1);
      this.#parts.onEvent(this.#parts.codec.messageToJson(EVENT, record!.value));
    }
  }

  async #run(method: string, request: Json): Promise<CallAnswer> {
    const { app, uid, session, codec, channel } = this.#parts;
    try {
      const response = await channel.call(method, codec.jsonToRequest(method, request), {
        app: appId(app), caller: { kind: "user", uid: asUid(uid), tokenId: "sim", sessionId: session },
        requestId: `${session}:${(this.#calls += 1)}`,
      });
      return { outcome: "ok", result: codec.responseToJson(method, response) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.name === "ERR_MISSION_FAILED") return { outcome: "unknown", why: error.message };
      return { outcome: "fail", error: { code: error.name, message: error.message, retryable: false } };
    }
  }
}
