import type { Component } from "@parlance/platform/lifecycle";
import type { Timer } from "@parlance/platform/time";
import { onBatch } from "./fanout/on-event.js";
import { callRoute } from "./http/call-route.js";
import { Router, type HttpRoute } from "./http/router.js";
import { wireGateway, type GatewayOptions, type WiredGateway } from "./wire-parts.js";
import { Admission } from "./ws/admission.js";
import type { AppRates } from "./ws/app-rates.js";
import { chooseTransport } from "./ws/choose-transport.js";
import { drain } from "./ws/drain.js";
import { closeExpired } from "./ws/heartbeat.js";
import { Origins } from "./ws/origins.js";
import { socketHandlers } from "./ws/socket-handlers.js";
import type { Transport, TransportOptions } from "./ws/transport.js";
import { FRAME_BYTES_MAX } from "./ws/welcome.js";

export interface Gateway extends Component {
  /** The port that is listened on; 0 before start. */
  readonly port: number;
  readonly transportName: "uws" | "ws" | "none";
  /** New clients are welcome: `readiness` is "ready". */
  ready(): boolean;
  /** Why not: it has no place in the event log yet, is too far behind it (E20), or is stopping. Clients that are here are served. */
  readonly readiness: "ready" | "starting" | "behind" | "draining";
  /** Before or after start. */
  addHttpRoutes(routes: readonly HttpRoute[]): void;
  /** Open sockets. */
  readonly sockets: number;
  /** HTTP requests that run. */
  readonly requests: number;
  /** Calls of apps, counted over sockets and HTTP together. */
  readonly appRates: AppRates;
}

const PATH = "/v1/realtime";
const IDLE_SECONDS = 60;
const SWEEP_MS = 10_000;
const LAST_REPORT_MS = 1_000;
const LAST_ANSWERS_MS = 5_000;
const LAG_MAX_MS = 10_000;
const DRAIN_MS = 5_000;
/** What one tick may add to a socket that is within its limit: answers, events, at last goodbye and the close frame. */
const TICK_BYTES_MAX = 4 * 1024 * 1024;

class RunningGateway implements Gateway {
  readonly name = "gateway";
  readonly #options: GatewayOptions;
  readonly #wired: WiredGateway;
  readonly #router: Router;
  readonly #admission: Admission;
  #transport: Transport | undefined;
  #sweep: Timer | undefined;
  #port = 0;
  #state: "starting" | "running" | "draining" = "starting";

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#wired = wireGateway(options);
    const { config, clock, random } = options;
    const { figures } = this.#wired.parts;
    const origins = new Origins(config.corsOrigins);
    this.#router = new Router({ origins, figures, requestsMax: config.gatewayRequestsInFlight });
    this.#router.add([callRoute(this.#wired.parts)]);
    const isPlaced = () => this.#wired.parts.feed.isPlaced;
    this.#admission = new Admission({ config, clock, random, origins, figures, isPlaced });
  }

  get port(): number {
    return this.#port;
  }

  get transportName(): "uws" | "ws" | "none" {
    return this.#transport?.name ?? "none";
  }

  get sockets(): number {
    return this.#wired.sessions.size;
  }

  get requests(): number {
    return this.#router.running;
  }

  get appRates(): AppRates {
    return this.#wired.parts.appRates;
  }

  get readiness(): "ready" | "starting" | "behind" | "draining" {
    const { feed } = this.#wired.parts;
    if (this.#state === "draining") return "draining";
    if (this.#state === "starting" || !feed.isPlaced) return "starting";
    return feed.lagMs() > LAG_MAX_MS ? "behind" : "ready";
  }

  ready(): boolean {
    return this.readiness === "ready";
  }

  addHttpRoutes(routes: readonly HttpRoute[]): void {
    this.#router.add(routes);
  }

  async start(): Promise<void> {
    const { config, clock, log } = this.#options;
    const { parts, events, sessions, resync } = this.#wired;
    this.#transport = await chooseTransport(config.gatewayTransport, this.#transportOptions(), { clock, log });
    const { host, port } = config.gatewayListen;
    this.#port = await this.#transport.listen(port, host);
    parts.feed.start({ onRecords: (records) => onBatch(events, records), onLost: () => resync.begin() });
    parts.wheel.start();
    parts.reporter.start();
    this.#sweep = clock.every(SWEEP_MS, () => closeExpired(parts, sessions.all()));
    this.#state = "running";
    log.info({ transport: this.#transport.name, host, port: this.#port }, "the gateway listens");
  }

  async stop(): Promise<void> {
    const { config, clock, random } = this.#options;
    const { parts, events, sessions, resync } = this.#wired;
    this.#state = "draining";
    this.#admission.shut();
    this.#transport?.stopListening();
    const drainMs = config.gatewayDrainMs ?? this.#options.drainMs ?? DRAIN_MS;
    await drain({ sessions, closer: parts.closer, clock, random, drainMs });
    await this.#router.idle(clock, LAST_ANSWERS_MS);
    resync.stop();
    await parts.feed.close();
    await this.#transport?.close();
    await parts.reporter.stop(LAST_REPORT_MS);
    this.#sweep?.cancel();
    events.presence.stop();
    parts.wheel.stop();
  }

  #transportOptions(): TransportOptions {
    const { config, log } = this.#options;
    const { parts, sessions } = this.#wired;
    return {
      path: PATH,
      limits: {
        frameBytesMax: FRAME_BYTES_MAX,
        socketBufferBytesMax: config.gatewaySocketBufferBytesMax + TICK_BYTES_MAX,
        idleTimeoutSeconds: IDLE_SECONDS,
        bodyBytesMax: config.gatewayBodyBytesMax,
      },
      sockets: socketHandlers(parts, sessions, this.#admission),
      onHttp: (request, respond) => this.#router.handle(request, respond),
      onDefect: (error) => log.error({ error }, "an HTTP request was not handled"),
    };
  }
}

/** Sockets, calls over HTTP, and a place for REST. Holds no truth: whatever it forgets, clients pull. */
export function createGateway(options: GatewayOptions): Gateway {
  return new RunningGateway(options);
}
