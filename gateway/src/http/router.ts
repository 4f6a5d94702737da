import { within, type Clock } from "@parlance/platform/time";
import type { Figures } from "../figures.js";
import type { Origins } from "../ws/origins.js";
import type { HttpAnswer, HttpHandler, HttpRequest, Respond } from "../ws/transport.js";

/** All paths that begin with the prefix. */
export interface HttpRoute {
  readonly prefix: string;
  readonly handler: HttpHandler;
  /** It refuses foreign origins itself, in its own words and in its own order of checks. */
  readonly ownsOrigins?: boolean;
}

// What rest.md 2.6 promises to browsers; it covers calls over HTTP too.
const ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE";
const ALLOWED_HEADERS = "apikey, authtoken, authorization, adminkey, appid, onbehalfof, content-type, idempotency-key, x-request-id, traceparent";
const EXPOSED_HEADERS = "X-Request-Id, X-Rate-Limit, X-Rate-Limit-Remaining, X-Rate-Limit-Reset, Retry-After, X-Ignored-Fields";
const PREFLIGHT_SECONDS = "600";

export interface RouterParts {
  readonly origins: Origins;
  readonly requestsMax: number;
  readonly figures: Pick<Figures, "refused">;
}

/** Finds the handler of a request: the longest prefix wins. What all routes share is here: origins (S9) and the bound (Q19). */
export class Router {
  readonly #parts: RouterParts;
  #routes: readonly HttpRoute[] = [];
  #running = 0;
  #whenIdle: (() => void) | undefined;

  constructor(parts: RouterParts) {
    this.#parts = parts;
  }

  get running(): number {
    return this.#running;
  }

  add(routes: readonly HttpRoute[]): void {
    for (const { prefix } of routes) {
      if (this.#routes.some((known) => known.prefix === prefix)) throw new Error(`the route ${prefix} exists already`);
    }
    this.#routes = [...this.#routes, ...routes].sort((one, other) => other.prefix.length - one.prefix.length);
  }

  async handle(request: HttpRequest, respond: Respond): Promise<void> {
    const origin = request.header("origin");
    const route = this.#routes.find(({ prefix }) => request.path.startsWith(prefix));
    const isAllowed = this.#parts.origins.allows(origin);
    const isPreflight = request.method === "OPTIONS" && origin !== undefined;
    if (!isAllowed && (isPreflight || route?.ownsOrigins !== true)) return respond({ status: 403 });
    const answer = origin === undefined || !isAllowed ? respond : withOrigin(origin, respond);
    if (isPreflight) return answer(PREFLIGHT);
    if (route === undefined) return answer({ status: 404 });
    if (this.#running >= this.#parts.requestsMax) {
      this.#parts.figures.refused("requests");
      return answer({ status: 503, headers: { "retry-after": "1" } });
    }
    this.#running += 1;
    try {
      await route.handler(request, answer);
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#whenIdle?.();
    }
  }

  /** Requests that run when the gateway stops are answered, as long as `patienceMs` lets them. */
  async idle(clock: Clock, patienceMs: number): Promise<void> {
    if (this.#running === 0) return;
    await within(clock, patienceMs, new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
    }));
  }
}

const PREFLIGHT: HttpAnswer = {
  status: 204,
  headers: {
    "access-control-allow-methods": ALLOWED_METHODS,
    "access-control-allow-headers": ALLOWED_HEADERS,
    "access-control-max-age": PREFLIGHT_SECONDS,
  },
};

function withOrigin(origin: string, respond: Respond): Respond {
  return ({ status, headers, body }) => respond({
    status,
    headers: {
      ...headers,
      "access-control-allow-origin": origin,
      "access-control-expose-headers": EXPOSED_HEADERS,
      vary: headers?.["vary"] === undefined ? "origin" : `${headers["vary"]}, origin`,
    },
    ...(body === undefined ? {} : { body }),
  });
}
