// The life of one socket: open → hello → welcome → frames → end. It ends once, for whichever reason comes first: the socket
// closed, no welcome in time, silence that a ping could not break, or because it was asked to. Nothing is heard of it after that.

import { ClientFrame, ServerFrame, type Hello, type Welcome } from "@parlance/proto/gateway/v1/frame";
import type { Event } from "@parlance/proto/event/v1/event";
import type { Clock, Timer } from "../clock.js";
import { failure, fromDetail, type ParlanceException } from "../errors.js";
import { retryAfterOf } from "./close-codes.js";
import { Pacer } from "./pacer.js";
import { Pending } from "./pending.js";
import type { OpenSocket, Socket } from "./socket.js";

const WELCOME_MS = 15_000;
const SILENCE_MS = 30_000;
const ANSWER_MS = 10_000;
const LOST = 1006;
const UNKNOWN_OUTCOMES: ReadonlySet<string> = new Set(["ERR_MISSION_FAILED", "ERR_EXCEPTION"]);

export interface Ending {
  readonly code: number;
  readonly reason: string;
  readonly retryAfterMs: number;
  /** The server's own words, when it refused the hello. */
  readonly error?: ParlanceException;
}

export interface LinkHandlers {
  readonly onWelcome: (welcome: Welcome) => void;
  readonly onEvents: (events: readonly Event[]) => void;
  /** The gateway may have skipped events: what is here must be compared. */
  readonly onResync: () => void;
  readonly onEnd: (ending: Ending) => void;
}

export interface LinkOptions {
  readonly clock: Clock;
  readonly openSocket: OpenSocket;
  readonly url: string;
  readonly hello: Hello;
}

type Body = NonNullable<ClientFrame["body"]>;

export class Link {
  readonly #clock: Clock;
  readonly #handlers: LinkHandlers;
  readonly #socket: Socket;
  readonly #pacer: Pacer;
  readonly #pending: Pending;
  #state: "opening" | "ready" | "ended" = "opening";
  #refusal: ParlanceException | undefined;
  #goodbye: Ending | undefined;
  #heardAt: number;
  #timer: Timer;
  #heartbeats = true;
  #place: string | undefined;
  #pongAt: number;
  #wasReady = false;
  /** The outcome of a call stayed unknown here, and its event is not sent to the connection that made it. */
  #hasLost = false;

  constructor({ clock, openSocket, url, hello }: LinkOptions, handlers: LinkHandlers) {
    this.#clock = clock;
    this.#handlers = handlers;
    this.#pacer = new Pacer(clock);
    this.#pending = new Pending(clock, () => (this.#hasLost = true));
    this.#heardAt = clock.monotonic();
    this.#pongAt = this.#heardAt;
    this.#timer = clock.after(WELCOME_MS, () => this.#lose("no welcome came"));
    this.#socket = openSocket(url, {
      onOpen: () => this.#write(0, { $case: "hello", value: hello }),
      onFrame: (frame) => this.#onFrame(frame),
      onClose: (code, reason) => this.#onClose(code, reason),
    });
  }

  get isReady(): boolean {
    return this.#state === "ready";
  }

  get wasReady(): boolean {
    return this.#wasReady;
  }

  /** How far everything that happened has come over this link; undefined when that is not known. */
  get place(): string | undefined {
    return this.#hasLost ? undefined : this.#place;
  }

  /** Rejects with NO_WEBSOCKET_CONNECTION when the link ends before the answer: the outcome is unknown. */
  call(method: string, request: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    if (this.#state !== "ready") return Promise.reject(failure("NO_WEBSOCKET_CONNECTION"));
    const { id, answer } = this.#pending.open(timeoutMs);
    const taken = this.#pacer.run(() => this.#write(id, { $case: "call", value: { method, request } }));
    if (!taken) this.#pending.reject(id, failure("ERR_TOO_MANY_REQUESTS"));
    return answer;
  }

  /** Typing and transient messages: dropped when too much waits. */
  signal(body: Extract<Body, { $case: "typing" | "transient" }>): void {
    if (this.#state === "ready") this.#pacer.run(() => this.#write(0, body));
  }

  /** In the background the grace timer decides, and a heartbeat would restart it at the gateway. */
  setBackground(isBackground: boolean): void {
    this.#heartbeats = !isBackground;
    if (this.#state !== "ready") return;
    this.#write(0, isBackground ? { $case: "background", value: {} } : { $case: "foreground", value: {} });
    // Back in the foreground nobody knows whether the connection has lived through it: asked at once.
    this.#heardAt = this.#clock.monotonic() - SILENCE_MS;
    this.#watch(0);
  }

  /** As setBackground, when the hello has said it. */
  startInBackground(): void {
    this.#heartbeats = false;
  }

  async ping(): Promise<void> {
    if (this.#state !== "ready") throw failure("NO_WEBSOCKET_CONNECTION");
    const { id, answer } = this.#pending.open(ANSWER_MS);
    this.#write(id, { $case: "ping", value: {} });
    await answer;
  }

  /** Closes without a word to the handlers. `bye`: presence ends at once, without the grace of a lost connection. */
  close(bye: boolean): void {
    if (this.#state === "ended") return;
    if (bye && this.#state === "ready") this.#write(0, { $case: "bye", value: {} });
    this.#finish();
    this.#socket.close(1000);
  }

  #write(id: number, body: Body): void {
    if (this.#state !== "ended") this.#socket.send(ClientFrame.encode({ id, body }).finish());
  }

  #onFrame(bytes: Uint8Array): void {
    if (this.#state === "ended") return;
    this.#heardAt = this.#clock.monotonic();
    const frame = decoded(bytes);
    if (frame === undefined) return this.#onUnreadable();
    const { id, body } = frame;
    switch (body?.$case) {
      case "welcome": return this.#onWelcome(body.value);
      case "result": return this.#pending.resolve(id, body.value);
      case "error": return this.#onError(id, fromDetail(body.value));
      case "event": return this.#handlers.onEvents([body.value]);
      case "events": return this.#handlers.onEvents(body.value.events);
      case "pong": return this.#onPong(id, body.value.place);
      case "resync": return this.#handlers.onResync();
      case "goodbye": {
        const { code, reason, retryAfterMs, place } = body.value;
        this.#place = place ?? this.#place;
        this.#goodbye = { code, reason, retryAfterMs };
        return undefined;
      }
      case undefined: return undefined;
    }
  }

  /** What it held is missed: the gateway passes events on as they are in the log, also one that is broken. */
  #onUnreadable(): void {
    if (this.#state !== "ready") return;
    this.#hasLost = true;
    this.#handlers.onResync();
  }

  #onWelcome(welcome: Welcome): void {
    if (this.#state !== "opening") return;
    this.#state = "ready";
    this.#wasReady = true;
    this.#place = welcome.place;
    const { framesPerSecond = 0, framesBurst = 0 } = welcome.limits ?? {};
    this.#pacer.set({ perSecond: framesPerSecond, burst: framesBurst });
    this.#watch(SILENCE_MS);
    this.#handlers.onWelcome(welcome);
  }

  #onPong(id: number, place: string | undefined): void {
    this.#pongAt = this.#heardAt;
    this.#place = place ?? this.#place;
    this.#pending.resolve(id, new Uint8Array());
  }

  #onError(id: number, error: ParlanceException): void {
    if (this.#state === "opening") this.#refusal = error;
    else this.#pending.reject(id, error);
    if (UNKNOWN_OUTCOMES.has(error.code)) this.#hasLost = true;
  }

  #watch(ms: number): void {
    this.#timer.cancel();
    if (this.#state !== "ready" || !this.#heartbeats) return;
    this.#timer = this.#clock.after(ms, () => {
      const silentMs = this.#clock.monotonic() - this.#heardAt;
      if (silentMs >= SILENCE_MS + ANSWER_MS) return this.#lose("the gateway is silent");
      // Where events come all the time a ping asks how far they have come.
      const quietMs = this.#place === undefined ? silentMs : this.#clock.monotonic() - this.#pongAt;
      if (quietMs < SILENCE_MS) return this.#watch(SILENCE_MS - quietMs);
      this.#write(0, { $case: "ping", value: {} });
      return this.#watch(ANSWER_MS);
    });
  }

  /** The socket looks open but nobody is there. */
  #lose(reason: string): void {
    this.#socket.close(1000);
    this.#end({ code: LOST, reason, retryAfterMs: 0 });
  }

  #onClose(code: number, reason: string): void {
    const retryAfterMs = retryAfterOf(reason);
    // A proxy may swallow the close code; the goodbye said it before.
    if (this.#goodbye === undefined) this.#end({ code, reason, retryAfterMs });
    else this.#end({ ...this.#goodbye, retryAfterMs: this.#goodbye.retryAfterMs || retryAfterMs });
  }

  #end(ending: Ending): void {
    if (this.#state === "ended") return;
    this.#finish();
    this.#handlers.onEnd(this.#refusal === undefined ? ending : { ...ending, error: this.#refusal });
  }

  #finish(): void {
    this.#state = "ended";
    if (this.#pending.size > 0) this.#hasLost = true;
    this.#timer.cancel();
    this.#pacer.stop();
    this.#pending.rejectAll(failure("NO_WEBSOCKET_CONNECTION"));
  }
}

function decoded(bytes: Uint8Array): ServerFrame | undefined {
  try {
    return ServerFrame.decode(bytes);
  } catch {
    return undefined;
  }
}
