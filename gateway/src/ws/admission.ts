// Who becomes a socket (R1–R3). Up to the rate everybody; up to as many again are let in to be told when to come back, because
// browsers cannot read a refused upgrade; beyond that a bare 503. Nothing is authenticated here.

import { randomId } from "@parlance/platform/ids";
import { TokenBucket } from "@parlance/platform/limits";
import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import type { GatewayConfig } from "../config.js";
import type { Figures } from "../figures.js";
import { fillFrameTokens } from "./frame-rate.js";
import type { Origins } from "./origins.js";
import { Session } from "./session.js";
import type { Admission as Answer, UpgradeRequest } from "./transport.js";

export const PROTO_PROTOCOL = "parlance.v1.proto";
export const JSON_PROTOCOL = "parlance.v1.json";

const LEAST_WAIT_MS = 100;
const NOT_PLACED_WAIT_MS = 1_000;

export interface AdmissionParts {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly origins: Origins;
  readonly figures: Pick<Figures, "refused">;
  /** What happens from now on is heard here. Before that nobody can be welcomed. */
  readonly isPlaced: () => boolean;
}

export class Admission {
  readonly #parts: AdmissionParts;
  readonly #accepted: TokenBucket;
  readonly #told: TokenBucket;
  /** Sockets that were turned away and have not had their turn yet, at the rate that holds. */
  #waiting = 0;
  #waitingAtMs = 0;
  #open = true;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
    const rate = { ratePerSecond: parts.config.gatewayUpgradesPerSecond, burst: parts.config.gatewayUpgradesBurst };
    this.#accepted = new TokenBucket(rate, parts.clock);
    this.#told = new TokenBucket(rate, parts.clock);
  }

  /** From now on nobody. */
  shut(): void {
    this.#open = false;
  }

  admit(request: UpgradeRequest): Answer {
    if (!this.#open) return refusal(503, "the gateway is stopping");
    if (!this.#parts.origins.allows(request.header("origin"))) return refusal(403, "this origin may not connect");
    const protocol = chosenProtocol(request.protocols);
    if (protocol === undefined) return refusal(400, `the subprotocols are ${PROTO_PROTOCOL} and ${JSON_PROTOCOL}`);
    const retryAfterMs = this.#waitOf();
    if (retryAfterMs > 0 && !this.#told.take()) return refusal(503, "too many connections at once");
    const session = this.#session(protocol !== PROTO_PROTOCOL, request, retryAfterMs);
    return { accept: true, protocol: request.protocols.length === 0 ? undefined : protocol, attachment: session };
  }

  /** A gateway that is behind lets in all the same: sends and reads work, and what is late comes (P23). */
  #waitOf(): number {
    if (!this.#accepted.take()) return this.#turnAway();
    return this.#parts.isPlaced() ? 0 : NOT_PLACED_WAIT_MS;
  }

  #session(isJson: boolean, request: UpgradeRequest, retryAfterMs: number): Session {
    const { clock, config, random } = this.#parts;
    const session = new Session(randomId(random), isJson);
    session.presentedToken = bearerOf(request.header("authorization"));
    session.retryAfterMs = retryAfterMs;
    fillFrameTokens(session, clock.monotonic(), config);
    return session;
  }

  /** Milliseconds until the socket's turn, if all who were turned away came back in line. */
  #turnAway(): number {
    const now = this.#parts.clock.monotonic();
    const rate = this.#parts.config.gatewayUpgradesPerSecond;
    this.#parts.figures.refused("upgrades");
    this.#waiting = Math.max(0, this.#waiting - ((now - this.#waitingAtMs) * rate) / 1_000) + 1;
    this.#waitingAtMs = now;
    return Math.max(LEAST_WAIT_MS, Math.ceil((this.#waiting * 1_000) / rate));
  }
}

function refusal(status: number, text: string): Answer {
  return { accept: false, status, text };
}

/** A client that names none types JSON by hand. */
function chosenProtocol(offered: readonly string[]): string | undefined {
  if (offered.length === 0) return JSON_PROTOCOL;
  return offered.find((name) => name === PROTO_PROTOCOL || name === JSON_PROTOCOL);
}

export function bearerOf(authorization: string | undefined): string | undefined {
  const [scheme = "", token] = (authorization ?? "").split(" ");
  return scheme.toLowerCase() === "bearer" && token !== undefined && token !== "" ? token : undefined;
}
