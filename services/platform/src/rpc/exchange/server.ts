import { Server, status, type ServiceDefinition } from "@grpc/grpc-js";
import type { Component } from "../../lifecycle/index.js";
import type { Log } from "../../log/index.js";
import { TIMED_OUT, within, type Clock, type Timer } from "../../time/index.js";
import type { RpcServer } from "../server.js";
import { isSecret, SECRET_METADATA, serverCredentials, transportOptions, type TransportOptions } from "../transport.js";
import { ServerStream, type ExchangeServerStream } from "./server-stream.js";
import { exchangeMethod, PING_MS } from "./wire.js";

export interface ExchangeServerOptions extends TransportOptions {
  readonly rpc: RpcServer;
  /** `host:port`; port 0 takes a free one. */
  readonly address: string;
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long calls that run at the stop may go on. Default 10 s: twice the longest deadline of the contract. */
  readonly drainMs?: number;
}

const DRAIN_MS = 10_000;
const DRAIN_STEP_MS = 20;

/** Listens for the streams of our other processes, on a port of its own without connection age (CG5). */
export class ExchangeServer implements Component {
  readonly name = "exchange";
  readonly #options: ExchangeServerOptions;
  readonly #server = new Server(transportOptions);
  readonly #streams = new Set<ServerStream>();
  #aliveTimer: Timer | undefined;
  #draining = false;
  #port = 0;

  constructor(options: ExchangeServerOptions) {
    this.#options = options;
    const definition: ServiceDefinition = { exchange: exchangeMethod() };
    this.#server.addService(definition, { exchange: (stream: ExchangeServerStream) => this.#accept(stream) });
  }

  /** The port listened on; 0 before the start. */
  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    const { address, clock } = this.#options;
    const credentials = serverCredentials(address, this.#options);
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(address, credentials, (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
    this.#aliveTimer = clock.every(PING_MS, () => this.#checkAlive());
  }

  /** Asks all clients to call elsewhere from now on. What they have sent before they hear of it is answered. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (const stream of this.#streams) stream.drain();
  }

  /** Lets running calls end, at most `drainMs`, and takes no new ones. */
  async stop(): Promise<void> {
    const { clock, drainMs = DRAIN_MS } = this.#options;
    this.drain();
    const drained = await within(clock, drainMs, this.#drained());
    if (drained === TIMED_OUT) this.#options.log.warn({ running: this.#running }, "calls still run at the stop");
    this.#aliveTimer?.cancel();
    for (const stream of this.#streams) stream.close();
    this.#server.forceShutdown();
  }

  get #running(): number {
    let running = 0;
    for (const stream of this.#streams) running += stream.running;
    return running;
  }

  /** Every client has heard of the drain, has got its answers and has closed its side: nothing is on its way any more. */
  async #drained(): Promise<void> {
    while ([...this.#streams].some((stream) => !stream.closed)) await this.#options.clock.sleep(DRAIN_STEP_MS);
  }

  #accept(stream: ExchangeServerStream): void {
    const [presented] = stream.metadata.get(SECRET_METADATA);
    if (!isSecret(presented, this.#options.secret)) {
      this.#options.log.warn({ from: stream.getPeer() }, "a stream without the cluster secret was refused");
      stream.emit("error", { code: status.UNAUTHENTICATED, details: "The cluster secret is missing or wrong." });
      return;
    }
    // A client whose stream was drained comes back at once; it must not find a server that is about to stop.
    if (this.#draining) {
      stream.emit("error", { code: status.UNAVAILABLE, details: "The server is about to stop." });
      return;
    }
    const one = new ServerStream(stream, this.#options.rpc, this.#options.clock);
    this.#streams.add(one);
    stream.on("close", () => {
      one.close();
      this.#streams.delete(one);
    });
  }

  #checkAlive(): void {
    for (const stream of this.#streams) {
      stream.checkAlive();
      if (stream.closed) this.#streams.delete(stream);
    }
  }
}

export function createExchangeServer(options: ExchangeServerOptions): ExchangeServer {
  return new ExchangeServer(options);
}
