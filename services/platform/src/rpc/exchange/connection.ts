// Keeps one stream to one address open for as long as it is wanted: opened again with a growing, jittered wait, over a
// new gRPC channel after three failures in a row, because a channel can wedge until it is rebuilt (G3).

import { Client, Metadata } from "@grpc/grpc-js";
import type { Random } from "../../random/index.js";
import type { Clock, Timer } from "../../time/index.js";
import { channelCredentials, clientOptions, SECRET_METADATA, type TransportOptions } from "../transport.js";
import { ClientStream, type ClientStreamEvents } from "./client-stream.js";
import { exchangeMethod, PING_MS } from "./wire.js";

export interface ConnectionOptions extends TransportOptions {
  readonly address: string;
  readonly secret: string;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ConnectionEvents {
  room(): void;
  /** A stream that had been open is gone. */
  lost(cause: unknown): void;
  /** The server wants no further calls on the stream; another is being opened. */
  drained(): void;
  /** An attempt to open one has failed. */
  unreachable(cause: unknown): void;
  opened(): void;
}

const FAILURES_BEFORE_REBUILD = 3;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

export class Connection implements ClientStreamEvents {
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  readonly #streams = new Set<ClientStream>();
  readonly #method = exchangeMethod();
  #client: Client;
  #current: ClientStream | undefined;
  #failures = 0;
  #retry: Timer | undefined;
  #pings: Timer | undefined;
  #announced: ClientStream | undefined;
  #closed = false;

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
    this.#client = this.#newClient();
    this.#pings = options.clock.every(PING_MS, () => this.#ping());
    this.#open();
  }

  /** The stream new calls go to. */
  get stream(): ClientStream | undefined {
    return this.#current;
  }

  cancel(ids: readonly number[]): void {
    for (const stream of this.#streams) stream.cancel(ids);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#retry?.cancel();
    this.#pings?.cancel();
    for (const stream of this.#streams) stream.close(new Error("the channel is closed"));
    this.#client.close();
  }

  room(stream: ClientStream): void {
    if (stream !== this.#current) return;
    if (this.#announced !== stream) {
      this.#announced = stream;
      this.#failures = 0;
      this.#events.opened();
    }
    this.#events.room();
  }

  draining(stream: ClientStream): void {
    if (stream !== this.#current) return;
    this.#current = undefined;
    this.#events.drained();
    this.#openLater();
  }

  ended(stream: ClientStream, cause: unknown): void {
    this.#streams.delete(stream);
    if (stream !== this.#current || this.#closed) return;
    this.#current = undefined;
    this.#failures += 1;
    if (stream.opened) this.#events.lost(cause);
    else this.#events.unreachable(cause);
    this.#openLater();
  }

  #newClient(): Client {
    const { address } = this.#options;
    return new Client(address, channelCredentials(address, this.#options), {
      ...clientOptions(this.#options),
      "grpc.use_local_subchannel_pool": 1,
      "grpc.initial_reconnect_backoff_ms": FIRST_WAIT_MS,
      "grpc.max_reconnect_backoff_ms": LONGEST_WAIT_MS,
    });
  }

  #open(): void {
    const metadata = new Metadata();
    metadata.set(SECRET_METADATA, this.#options.secret);
    const { path, requestSerialize, responseDeserialize } = this.#method;
    const { clock } = this.#options;
    const call = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
    const stream = new ClientStream(call, clock.monotonic(), this);
    this.#current = stream;
    this.#streams.add(stream);
    stream.listen(() => clock.monotonic());
  }

  #openLater(): void {
    if (this.#closed || this.#retry !== undefined) return;
    const { clock, random } = this.#options;
    const capMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures, 10));
    this.#retry = clock.after(random.fullJitter(capMs), () => {
      this.#retry = undefined;
      this.#rebuildIfWedged();
      this.#open();
    });
  }

  #rebuildIfWedged(): void {
    if (this.#failures === 0 || this.#failures % FAILURES_BEFORE_REBUILD !== 0) return;
    this.#client.close();
    this.#client = this.#newClient();
  }

  #ping(): void {
    const now = this.#options.clock.monotonic();
    for (const stream of this.#streams) stream.ping(now);
  }
}
