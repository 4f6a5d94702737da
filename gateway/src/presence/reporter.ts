// Tells the presence service which connections open and close (R14): transitions in numbered reports, one at a time, in order,
// each sent until it is answered, and a lease every 15 s. When the numbers are lost on either side, everything is sent anew.
// Nothing here can hurt a socket: what cannot be told is kept, and above a bound replaced by the whole truth.

import { appId } from "@parlance/platform/ids";
import { isRetryable } from "@parlance/platform/errors";
import type { Log } from "@parlance/platform/log";
import type { Random } from "@parlance/platform/random";
import type { Clock, Timer } from "@parlance/platform/time";
import type { Connection, ConnectionChange } from "@parlance/proto/presence/v1/presence";
import { ownContext, type GatewayClients } from "../clients.js";
import type { Session } from "../ws/session.js";

const REPORT_CHANGES_MAX = 1_000;
const WAITING_CHANGES_MAX = 50_000;
const LEASE_MS = 15_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 15_000;

export interface ReporterParts {
  readonly gatewayId: string;
  readonly presence: Pick<GatewayClients["presence"], "reportConnections" | "replaceConnections" | "renewLease">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The sessions that are connected now. */
  readonly connected: () => Iterable<Session>;
  /** Asks for `flush` at the end of this tick. */
  readonly request: () => void;
}

export class Reporter {
  readonly #parts: ReporterParts;
  #waiting: ConnectionChange[] = [];
  /** Sent and not answered yet: sent again as it was. */
  #unanswered: { readonly number: number; readonly changes: ConnectionChange[] } | undefined;
  #number = 0;
  #connections = 0;
  #replaceWanted = false;
  #sending = false;
  #failures = 0;
  #lease: Timer | undefined;
  #retry: Timer | undefined;
  #stopped = false;
  #whenTold: (() => void) | undefined;

  constructor(parts: ReporterParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#lease = this.#parts.clock.every(LEASE_MS, () => void this.#renew());
  }

  /** Tells what is left, as long as `patienceMs` lets it. */
  async stop(patienceMs: number): Promise<void> {
    this.#lease?.cancel();
    await new Promise<void>((resolve) => {
      const timer = this.#parts.clock.after(patienceMs, resolve);
      this.#whenTold = () => {
        timer.cancel();
        resolve();
      };
      this.flush();
    });
    this.#stopped = true;
    this.#retry?.cancel();
  }

  opened(session: Session): void {
    this.#connections += 1;
    this.#add({ connection: connectionOf(session), closed: false, final: false });
  }

  closed(session: Session, final: boolean): void {
    this.#connections -= 1;
    this.#add({ connection: connectionOf(session), closed: true, final });
  }

  flush(): void {
    if (this.#sending || this.#stopped || this.#retry !== undefined) return;
    if (!this.#replaceWanted && this.#unanswered === undefined && this.#waiting.length === 0) return this.#whenTold?.();
    this.#sending = true;
    void this.#send();
  }

  #add(change: ConnectionChange): void {
    if (this.#waiting.length >= WAITING_CHANGES_MAX) this.#replaceWanted = true;
    if (this.#replaceWanted) this.#waiting = [];
    else this.#waiting.push(change);
    this.#parts.request();
  }

  async #send(): Promise<void> {
    try {
      if (this.#replaceWanted) await this.#replace();
      else await this.#report();
      this.#failures = 0;
    } catch (error) {
      this.#failed(error);
    }
    this.#sending = false;
    this.flush();
  }

  async #report(): Promise<void> {
    if (this.#unanswered === undefined) {
      this.#number += 1;
      this.#unanswered = { number: this.#number, changes: this.#waiting.splice(0, REPORT_CHANGES_MAX) };
    }
    const { gatewayId, presence } = this.#parts;
    const answer = await presence.reportConnections({ gatewayId, ...this.#unanswered }, this.#context());
    this.#unanswered = undefined;
    if (answer.replaceWanted) this.#replaceWanted = true;
  }

  async #replace(): Promise<void> {
    const { gatewayId, presence, connected } = this.#parts;
    this.#number += 1;
    this.#waiting = [];
    this.#unanswered = undefined;
    this.#replaceWanted = false;
    try {
      const connections = Array.from(connected(), connectionOf);
      await presence.replaceConnections({ gatewayId, number: this.#number, connections }, this.#context());
    } catch (error) {
      this.#replaceWanted = true;
      throw error;
    }
  }

  #failed(error: unknown): void {
    const { clock, random, log } = this.#parts;
    this.#failures += 1;
    log.warn({ error, failures: this.#failures, waiting: this.#waiting.length }, "presence cannot be told of connections");
    // What is refused for good would be refused for ever: the whole truth takes its place.
    if (!isRetryable(error)) this.#replaceWanted = true;
    const capMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#retry = clock.after(random.fullJitter(capMs), () => {
      this.#retry = undefined;
      this.flush();
    });
  }

  async #renew(): Promise<void> {
    const { gatewayId, presence, log } = this.#parts;
    // A report under way says the same, and the numbers would not agree.
    if (this.#sending || this.#waiting.length > 0) return;
    try {
      const answer = await presence.renewLease({ gatewayId, connections: this.#connections }, this.#context());
      if (answer.replaceWanted && !this.#stopped) {
        this.#replaceWanted = true;
        this.flush();
      }
    } catch (error) {
      log.warn({ error }, "the presence lease was not renewed");
    }
  }

  #context() {
    return ownContext(appId(""), { requestId: `${this.#parts.gatewayId}-${this.#number}` });
  }
}

function connectionOf(session: Session): Connection {
  return {
    sessionId: session.id, appId: session.app, uid: session.caller.uid,
    deviceId: session.caller.deviceId ?? "", platform: session.platform, connectedAtMs: session.connectedAtMs,
  };
}
