import { connect, createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../time/index.js";
import { Lane, type LaneRules } from "./lane.js";
import { Trip, type TripPoint } from "./trip.js";

export type Direction = "toTarget" | "toClient";

export interface TcpProxyOptions {
  readonly targetPort: number;
  readonly targetHost?: string;
  readonly clock: Pick<Clock, "monotonic" | "after">;
  /** Sees what passes, before it does; `connection` is the same object for all chunks of one. */
  readonly observe?: Observe;
}

export type Observe = (direction: Direction, chunk: Buffer, connection: object) => void;

interface Pair {
  /** A trip went off: nothing more passes, and the sockets go as soon as what was admitted is written. */
  doomed: boolean;
  readonly client: Socket;
  readonly target: Socket;
  readonly lanes: readonly Lane[];
}

const LOOPBACK = "127.0.0.1";

/**
 * A TCP proxy on loopback that breaks one link of the system on purpose (reliability.md H8). Rules may change
 * at any time and act on open connections at once; `pass` heals everything that can be healed.
 */
export class TcpProxy {
  readonly #options: TcpProxyOptions;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  /** Clients that came while the line was half-open: nobody answers them until it is healed. */
  readonly #held = new Set<Socket>();
  readonly #rules: Record<Direction, LaneRules> = { toTarget: passing(), toClient: passing() };
  readonly #trips: Partial<Record<Direction, Trip>> = {};
  #port = 0;
  #tripped = 0;

  private constructor(options: TcpProxyOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** Listens on a port of the system's choice. */
  static async start(options: TcpProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(options);
    await proxy.#listen();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#pairs.size + this.#held.size;
  }

  /** How many cuts that were armed have happened. */
  get trips(): number {
    return this.#tripped;
  }

  /** Forwards again: no delay, no throttle, no stall, nothing armed; accepts again after `refuse`. */
  async pass(): Promise<void> {
    Object.assign(this.#rules.toTarget, passing());
    Object.assign(this.#rules.toClient, passing());
    delete this.#trips.toTarget;
    delete this.#trips.toClient;
    for (const client of this.#held) this.#join(client);
    this.#held.clear();
    this.#runAll();
    if (!this.#server.listening) await this.#listen();
  }

  delay(direction: Direction, delayMs: number): void {
    this.#rules[direction].delayMs = delayMs;
  }

  throttle(direction: Direction, bytesPerSecond: number): void {
    this.#rules[direction].bytesPerSecond = bytesPerSecond;
    this.#runAll();
  }

  /** One direction stops, sockets stay (F21). */
  stall(direction: Direction): void {
    this.#rules[direction].stalled = true;
    this.#runAll();
  }

  /**
   * Both directions stop, sockets stay, no FIN passes; new connections are taken and left without an answer
   * (F6).
   */
  halfOpen(): void {
    this.stall("toTarget");
    this.stall("toClient");
  }

  /** New connections are refused; open ones stay. */
  async refuse(): Promise<void> {
    // close() calls back only when the last connection is gone, but it stops listening at once.
    if (this.#server.listening) this.#server.close();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }

  /** Resets every open connection, both ends. */
  cut(): void {
    for (const pair of this.#pairs) this.#cutPair(pair);
    for (const client of this.#held) client.resetAndDestroy();
    this.#held.clear();
  }

  /** Arms one cut; the connection that carries the byte or the reply is reset, others stay (F5). */
  cutAt(direction: Direction, point: TripPoint): void {
    this.#trips[direction] = new Trip(point);
  }

  /** Ends every connection and stops listening. */
  async stop(): Promise<void> {
    this.cut();
    if (this.#server.listening)
      await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, LOOPBACK, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    const address = this.#server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
  }

  #accept(client: Socket): void {
    // Errors end in `close`, which is handled.
    client.on("error", () => {});
    if (this.#rules.toTarget.stalled && this.#rules.toClient.stalled) {
      client.pause();
      this.#held.add(client);
    } else {
      this.#join(client);
    }
  }

  #join(client: Socket): void {
    const { targetPort, targetHost = LOOPBACK, clock } = this.#options;
    const target = connect({ port: targetPort, host: targetHost, allowHalfOpen: true });
    target.on("error", () => {});
    client.setNoDelay(true);
    target.setNoDelay(true);
    const lane = (from: Socket, to: Socket, direction: Direction): Lane => {
      const admit = (chunk: Buffer): Buffer => this.#admit(direction, chunk, pair);
      return new Lane({ from, to, rules: this.#rules[direction], clock, admit });
    };
    const pair: Pair = {
      doomed: false,
      client,
      target,
      lanes: [lane(client, target, "toTarget"), lane(target, client, "toClient")],
    };
    this.#pairs.add(pair);
    client.on("close", () => this.#closed(pair));
    target.on("close", () => this.#closed(pair));
    for (const each of pair.lanes) each.run();
  }

  #admit(direction: Direction, chunk: Buffer, pair: Pair): Buffer {
    if (pair.doomed) return chunk.subarray(0, 0);
    this.#options.observe?.(direction, chunk, pair);
    const trip = this.#trips[direction];
    if (trip === undefined) return chunk;
    const admitted = trip.admit(chunk);
    if (trip.tripped) {
      this.#tripped += 1;
      delete this.#trips[direction];
      pair.doomed = true;
      setImmediate(() => this.#endTripped(pair, direction));
    }
    return admitted;
  }

  /**
   * The receiver gets what was admitted before its end; a reset would throw that away. What a delay still
   * holds is lost.
   */
  #endTripped(pair: Pair, direction: Direction): void {
    const [receiver, sender] =
      direction === "toClient" ? [pair.client, pair.target] : [pair.target, pair.client];
    this.#pairs.delete(pair);
    for (const lane of pair.lanes) lane.stop();
    if (!receiver.destroyed) receiver.destroySoon();
    if (!sender.destroyed) sender.resetAndDestroy();
  }

  /** One end is gone; the other follows unless the line is half-open, where nobody hears of it. */
  #closed(pair: Pair): void {
    if (!this.#pairs.has(pair) || (this.#rules.toTarget.stalled && this.#rules.toClient.stalled)) return;
    this.#pairs.delete(pair);
    for (const lane of pair.lanes) lane.stop();
    for (const socket of [pair.client, pair.target]) if (!socket.destroyed) socket.destroySoon();
  }

  #cutPair(pair: Pair): void {
    this.#pairs.delete(pair);
    for (const lane of pair.lanes) lane.stop();
    for (const socket of [pair.client, pair.target]) if (!socket.destroyed) socket.resetAndDestroy();
  }

  #runAll(): void {
    for (const pair of this.#pairs) {
      for (const lane of pair.lanes) lane.run();
      if (pair.client.destroyed || pair.target.destroyed) this.#closed(pair);
    }
  }
}

function passing(): LaneRules {
  return { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, stalled: false };
}
