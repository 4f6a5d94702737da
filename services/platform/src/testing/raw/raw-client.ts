import { TIMED_OUT, within, type Clock } from "../../time/index.js";
import type { Outcome } from "../history.js";
import { RawSocket, type RawSocketOptions, type SocketEnd } from "./raw-socket.js";

/** A JSON object as it came. */
export type Json = Readonly<Record<string, unknown>>;

export interface Welcome {
  readonly sessionId: string;
  readonly uid: string;
  readonly serverTimeMs: number;
  readonly heartbeatMs: number;
  readonly resumeToken: string;
  readonly limits: Json;
  /** Nothing was missed since the place of the hello. */
  readonly resumed?: boolean;
}

export interface Hello {
  readonly token?: string;
  readonly appId?: string;
  readonly deviceId: string;
  readonly platform?: string;
  readonly resumeToken?: string;
  readonly [field: string]: unknown;
}

/** An answer as the harness classifies it (P3). */
export type CallAnswer =
  | { readonly outcome: Extract<Outcome, "ok">; readonly result: Json }
  | { readonly outcome: Extract<Outcome, "fail">; readonly error: CallError }
  | { readonly outcome: Extract<Outcome, "unknown">; readonly why: string };

export interface CallError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly [field: string]: unknown;
}

export interface RawClientOptions extends RawSocketOptions {
  readonly clock: Clock;
  readonly callTimeoutMs?: number;
  /** Every event in order, also those that came in one `events` frame. */
  readonly onEvent?: (event: Json) => void;
  /** Every text that came in, before it is read: for samples of the wire (I14). */
  readonly onText?: (text: string) => void;
}

/** The server refused or ended a connection before the welcome. */
export class NotWelcome extends Error {
  constructor(
    readonly end: SocketEnd | undefined,
    readonly error: Json | undefined,
  ) {
    super(
      `no welcome: ${end === undefined ? "nothing came in time" : `closed with ${end.code} ${end.reason}`} ${JSON.stringify(error ?? {})}`,
    );
  }
}

const CALL_TIMEOUT_MS = 10_000;
// The one code that is answered and still leaves open whether the write happened.
const OUTCOME_UNKNOWN = "ERR_MISSION_FAILED";

type Waiting = (answer: CallAnswer) => void;

/**
 * Speaks the JSON subprotocol of the realtime socket (design.md 6), as plainly as a person with a console
 * would.
 */
export class RawClient {
  readonly socket: RawSocket;
  readonly #options: RawClientOptions;
  readonly #calls = new Map<number, Waiting>();
  #lastId = 0;
  #onWelcome: (welcome: Welcome) => void = () => {};
  #onPong: () => void = () => {};
  #place: string | undefined;
  #lastError: Json | undefined;
  #goodbye: Json | undefined;

  private constructor(socket: RawSocket, options: RawClientOptions) {
    this.socket = socket;
    this.#options = options;
    socket.onMessage(({ bytes }) => this.#onText(bytes.toString("utf8")));
    void socket.ended.then(({ code }) => this.#abandon(`the socket was closed with ${code}`));
  }

  /** Opens the socket; nothing is said yet. */
  static async open(options: RawClientOptions): Promise<RawClient> {
    return new RawClient(
      await RawSocket.open({ ...options, protocols: options.protocols ?? ["parlance.v1.json"] }),
      options,
    );
  }

  /** The goodbye that came before the close, if any. */
  get goodbye(): Json | undefined {
    return this.#goodbye;
  }

  /** The newest place in the event log that the server told. */
  get place(): string | undefined {
    return this.#place;
  }

  /** Returns when the pong is there, or when the connection has ended. */
  async ping(): Promise<void> {
    const answered = new Promise<void>((resolve) => (this.#onPong = resolve));
    this.send({ ping: {} });
    await Promise.race([answered, this.socket.ended]);
  }

  /** Authenticates; rejects with NotWelcome. */
  async hello(hello: Hello): Promise<Welcome> {
    const welcomed = new Promise<Welcome>((resolve) => (this.#onWelcome = resolve));
    this.send({ hello });
    const timeoutMs = this.#options.callTimeoutMs ?? CALL_TIMEOUT_MS;
    const first = await within(this.#options.clock, timeoutMs, Promise.race([welcomed, this.socket.ended]));
    if (first === TIMED_OUT) throw new NotWelcome(undefined, this.#lastError);
    if ("sessionId" in first) return first;
    throw new NotWelcome(first, this.#goodbye ?? this.#lastError);
  }

  /** Calls an RPC by `<service>.<Rpc>`. Never rejects: a time-out or a lost socket is `unknown`. */
  async call(
    method: string,
    request: Json,
    timeoutMs = this.#options.callTimeoutMs ?? CALL_TIMEOUT_MS,
  ): Promise<CallAnswer> {
    const id = (this.#lastId += 1);
    const answered = new Promise<CallAnswer>((resolve) => void this.#calls.set(id, resolve));
    this.send({ id, call: { method, request } });
    const answer = await within(this.#options.clock, timeoutMs, answered);
    this.#calls.delete(id);
    return answer === TIMED_OUT ? { outcome: "unknown", why: `no answer within ${timeoutMs} ms` } : answer;
  }

  /** Sends any frame: typing, transient, background, ping, foreground, bye, or a wrong one. */
  send(frame: Json): void {
    this.socket.sendText(JSON.stringify(frame));
  }

  /** Says bye and waits for the end. */
  bye(): Promise<SocketEnd> {
    this.send({ bye: {} });
    return this.socket.ended;
  }

  #onText(text: string): void {
    this.#options.onText?.(text);
    const frame = JSON.parse(text) as Json;
    const id = typeof frame["id"] === "number" ? frame["id"] : 0;
    this.#takePlace(frame);
    if (isJson(frame["pong"])) this.#onPong();
    else if (isJson(frame["welcome"])) this.#onWelcome(frame["welcome"] as unknown as Welcome);
    else if (isJson(frame["error"])) this.#onError(id, errorOf(frame["error"]));
    else if (frame["result"] !== undefined)
      this.#calls.get(id)?.({ outcome: "ok", result: frame["result"] as Json });
    else if (isJson(frame["event"])) this.#options.onEvent?.(frame["event"]);
    else if (frame["events"] !== undefined)
      for (const event of eventsOf(frame["events"])) this.#options.onEvent?.(event);
    else if (isJson(frame["goodbye"])) this.#goodbye = frame["goodbye"];
  }

  #takePlace({ welcome, pong, goodbye }: Json): void {
    for (const told of [welcome, pong, goodbye]) {
      if (isJson(told) && typeof told["place"] === "string") this.#place = told["place"];
    }
  }

  #onError(id: number, error: CallError): void {
    this.#lastError = error;
    this.#calls.get(id)?.(
      error.code === OUTCOME_UNKNOWN
        ? { outcome: "unknown", why: error.message }
        : { outcome: "fail", error },
    );
  }

  #abandon(why: string): void {
    for (const waiting of this.#calls.values()) waiting({ outcome: "unknown", why });
    this.#calls.clear();
  }
}

/** The catalogue's name, whether or not the enum's prefix stands before it. */
function errorOf(detail: Json): CallError {
  return {
    message: "",
    retryable: false,
    ...detail,
    code: String(detail["code"]).replace(/^ERROR_CODE_/, ""),
  };
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `events [..]`, or the message of the proto that holds the list. */
function eventsOf(value: unknown): readonly Json[] {
  const list = isJson(value) ? value["events"] : value;
  return Array.isArray(list) ? list.filter(isJson) : [];
}
