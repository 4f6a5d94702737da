// When to be connected (chat.md 26). One link at a time.
//
//   auto mode     connected in the foreground, closed in the background, back on return
//   manual mode   connected when the app says so; in the background the socket stays for the grace, which ping() prolongs;
//                 what is lost in the background stays lost
//
// wanted: the SDK shall be connected; lost connections are made anew. Not wanted: the app, the server (close codes of the stop
// family) or the background has ended it.

import type { Hello, Welcome } from "@parlance/proto/gateway/v1/frame";
import type { Event } from "@parlance/proto/event/v1/event";
import type { Clock, Timer } from "../clock.js";
import type { AppState, ConnectionStatus } from "../constants.js";
import { failure, type ParlanceException } from "../errors.js";
import type { Random } from "../random.js";
import { Backoff } from "./backoff.js";
import { dropsCursors, endsSession, exceptionOf, familyOf } from "./close-codes.js";
import { Link, type Ending } from "./link.js";
import type { OpenSocket } from "./socket.js";

/** A connection that lived this long was a good one: the next wait begins small again. */
const PROVED_MS = 10_000;

export interface ConnectionOptions {
  readonly clock: Clock;
  readonly random: Pick<Random, "next">;
  readonly openSocket: OpenSocket;
  readonly url: string;
  readonly auto: boolean;
  readonly graceMs: number;
  readonly appState: AppState;
  readonly hello: (background: boolean) => Hello;
}

export interface ConnectionHandlers {
  readonly onStatus: (status: ConnectionStatus) => void;
  readonly onWelcome: (welcome: Welcome, link: Link) => void;
  readonly onEvents: (events: readonly Event[]) => void;
  readonly onResync: () => void;
  /** The link is gone; what waited for it has been rejected. */
  readonly onLost: (link: Link) => void;
  readonly onCursorsVoid: () => void;
  readonly onError: (exception: ParlanceException) => void;
  readonly onSessionEnded: (exception: ParlanceException) => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: ParlanceException) => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #handlers: ConnectionHandlers;
  readonly #backoff: Backoff;
  #status: ConnectionStatus = "disconnected";
  #appState: AppState;
  #wanted = false;
  #link: Link | undefined;
  #saidBackground = false;
  #connectedAt = 0;
  #retry: Timer | undefined;
  #grace: Timer | undefined;
  #waiters: Waiter[] = [];

  constructor(options: ConnectionOptions, handlers: ConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#appState = options.appState;
    this.#backoff = new Backoff(options.random);
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** The link that is ready for calls. */
  get link(): Link | undefined {
    return this.#link?.isReady === true ? this.#link : undefined;
  }

  /** Resolves when connected, however many attempts that takes; rejects when the SDK stops trying. */
  connect(): Promise<void> {
    if (this.link !== undefined) return Promise.resolve();
    const connected = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    this.#want();
    return connected;
  }

  /** As connect, for whom the outcome is a status. */
  open(): void {
    if (this.#options.auto && this.#appState === "background") return;
    this.#want();
  }

  /** Closes until connect(), the next return to the foreground in auto mode, or login. */
  disconnect(): void {
    this.#stop(true, failure("WS_CONNECTION_FAIL", { message: "disconnect() was called." }));
  }

  setAppState(state: AppState): void {
    if (state === this.#appState) return;
    this.#appState = state;
    if (state === "foreground") this.#toForeground();
    else this.#toBackground();
  }

  ping(): Promise<void> {
    const link = this.link;
    if (link === undefined) return Promise.reject(failure("NO_WEBSOCKET_CONNECTION"));
    if (this.#appState === "foreground") return Promise.resolve();
    this.#startGrace();
    return link.ping();
  }

  /** The network is back, or the app: one wait is skipped. */
  skipWait(): void {
    if (this.#retry === undefined) return;
    this.#cancelRetry();
    this.#attempt();
  }

  #toForeground(): void {
    this.#cancelGrace();
    if (this.#options.auto) this.#want();
    else this.#link?.setBackground(false);
    this.skipWait();
  }

  #toBackground(): void {
    // Without bye: whoever is back within the grace never shows as offline.
    if (this.#options.auto) return this.#stop(false, failure("WS_CONNECTION_FAIL", { message: "The app went to the background." }));
    if (this.#retry !== undefined) return this.#stop(false, failure("WS_CONNECTION_FAIL", { message: "The app went to the background." }));
    if (this.link === undefined) return undefined;
    this.#link?.setBackground(true);
    return this.#startGrace();
  }

  #startGrace(): void {
    this.#cancelGrace();
    this.#grace = this.#options.clock.after(this.#options.graceMs, () => {
      this.#stop(false, failure("WS_CONNECTION_FAIL", { message: "The background time ran out." }));
    });
  }

  #cancelGrace(): void {
    this.#grace?.cancel();
    this.#grace = undefined;
  }

  #cancelRetry(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  #want(): void {
    this.#wanted = true;
    if (this.#link !== undefined) return;
    this.#cancelRetry();
    this.#attempt();
  }

  #attempt(): void {
    const { clock, openSocket, url, hello } = this.#options;
    this.#saidBackground = this.#appState === "background";
    this.#setStatus("connecting");
    // A listener may have changed its mind.
    if (!this.#wanted || this.#link !== undefined) return;
    const link: Link = new Link({ clock, openSocket, url, hello: hello(this.#saidBackground) }, {
      onWelcome: (welcome) => this.#onWelcome(welcome, link),
      onEvents: (events) => this.#handlers.onEvents(events),
      onResync: () => this.#handlers.onResync(),
      onEnd: (ending) => this.#onEnd(ending),
    });
    this.#link = link;
  }

  #onWelcome(welcome: Welcome, link: Link): void {
    const isBackground = this.#appState === "background";
    this.#connectedAt = this.#options.clock.monotonic();
    if (isBackground !== this.#saidBackground) link.setBackground(isBackground);
    else if (isBackground) link.startInBackground();
    if (isBackground) this.#startGrace();
    this.#handlers.onWelcome(welcome, link);
    this.#setStatus("connected");
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  #onEnd({ code, reason, retryAfterMs, error }: Ending): void {
    const { clock, auto } = this.#options;
    const exception = error ?? exceptionOf(code, reason);
    if (this.#status === "connected" && clock.monotonic() - this.#connectedAt >= PROVED_MS) this.#backoff.reset();
    this.#drop();
    if (dropsCursors(code)) this.#handlers.onCursorsVoid();
    const stays = familyOf(code) === "stop" || (!auto && this.#appState === "background");
    if (stays || !this.#wanted) return this.#onStopped(code, exception);
    this.#retry = clock.after(this.#backoff.next({ code, retryAfterMs }), () => {
      this.#retry = undefined;
      this.#attempt();
    });
    this.#setStatus("connecting");
    return this.#handlers.onError(exception);
  }

  #onStopped(code: number, exception: ParlanceException): void {
    this.#giveUp(exception);
    this.#handlers.onError(exception);
    if (endsSession(code)) this.#handlers.onSessionEnded(exception);
  }

  #stop(bye: boolean, exception: ParlanceException): void {
    this.#link?.close(bye);
    this.#drop();
    this.#giveUp(exception);
  }

  #giveUp(exception: ParlanceException): void {
    this.#wanted = false;
    this.#cancelRetry();
    this.#setStatus("disconnected");
    for (const { reject } of this.#waiters.splice(0)) reject(exception);
  }

  #drop(): void {
    const link = this.#link;
    this.#link = undefined;
    this.#cancelGrace();
    if (link !== undefined) this.#handlers.onLost(link);
  }

  #setStatus(status: ConnectionStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#handlers.onStatus(status);
  }
}
