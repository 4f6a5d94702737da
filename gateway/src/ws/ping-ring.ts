import type { Clock, Timer } from "@parlance/platform/time";

export interface Pinged {
  /** Of the monotonic clock. */
  heardAtMs: number;
  ping(): void;
  terminate(): void;
}

const SOCKETS_PER_TIMER = 1_000;
const PARTS = 4;

interface Ring {
  readonly sockets: Set<Pinged>;
  readonly timer: Timer;
}

/**
 * Pings sockets that are silent and cuts those that stay so for `timeoutMs`. One timer for a thousand sockets, so that
 * pings of many sockets do not fall into one moment and cost no timer each.
 */
export class PingRing {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #ringOf = new Map<Pinged, Ring>();
  readonly #rings = new Set<Ring>();

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  add(socket: Pinged): void {
    this.heard(socket);
    const ring = this.#roomy();
    ring.sockets.add(socket);
    this.#ringOf.set(socket, ring);
  }

  heard(socket: Pinged): void {
    socket.heardAtMs = this.#clock.monotonic();
  }

  remove(socket: Pinged): void {
    const ring = this.#ringOf.get(socket);
    this.#ringOf.delete(socket);
    ring?.sockets.delete(socket);
    if (ring?.sockets.size === 0) {
      ring.timer.cancel();
      this.#rings.delete(ring);
    }
  }

  stop(): void {
    for (const ring of this.#rings) ring.timer.cancel();
    this.#rings.clear();
    this.#ringOf.clear();
  }

  #roomy(): Ring {
    for (const ring of this.#rings) if (ring.sockets.size < SOCKETS_PER_TIMER) return ring;
    const sockets = new Set<Pinged>();
    const ring = { sockets, timer: this.#clock.every(this.#timeoutMs / PARTS, () => this.#look(sockets)) };
    this.#rings.add(ring);
    return ring;
  }

  #look(sockets: ReadonlySet<Pinged>): void {
    const now = this.#clock.monotonic();
    for (const socket of sockets) {
      const silentMs = now - socket.heardAtMs;
      if (silentMs >= this.#timeoutMs) socket.terminate();
      else if (silentMs >= this.#timeoutMs / PARTS) socket.ping();
    }
  }
}
