import { readConfig } from "@parlance/platform/config";
import type { LogRecord, RecordHeaders, Topic } from "@parlance/platform/eventlog";
import { recordingLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { seededRandom } from "@parlance/platform/random";
import { createJsonCodec } from "@parlance/platform/rpc";
import { ManualClock } from "@parlance/platform/time";
import { Event } from "@parlance/proto/event/v1/event";
import { ClientFrame, ServerFrame, type Hello } from "@parlance/proto/gateway/v1/frame";
import { gatewaySettings, type GatewayConfig } from "../config.js";
import { onBatch } from "../fanout/on-event.js";
import { wireGateway, type GatewayOptions } from "../wire-parts.js";
import { Admission, JSON_PROTOCOL, PROTO_PROTOCOL } from "../ws/admission.js";
import { Origins } from "../ws/origins.js";
import type { Session } from "../ws/session.js";
import { socketHandlers } from "../ws/socket-handlers.js";
import type { SocketHandlers, UpgradeRequest } from "../ws/transport.js";
import { ScriptedServices } from "./scripted-services.js";
import { ScriptedSocket } from "./scripted-socket.js";

const codec = createJsonCodec();

export interface ConnectOptions {
  readonly json?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
}

/** A client of the scripted gateway. */
export class ScriptedClient {
  readonly socket: ScriptedSocket;
  readonly session: Session;
  readonly #handlers: SocketHandlers;
  #read = 0;

  constructor(socket: ScriptedSocket, session: Session, handlers: SocketHandlers) {
    this.socket = socket;
    this.session = session;
    this.#handlers = handlers;
  }

  send(frame: Partial<ClientFrame>): void {
    const bytes = ClientFrame.encode({ id: 0, body: undefined, ...frame }).finish();
    this.sendRaw(bytes, true);
  }

  sendJson(value: unknown): void {
    this.sendRaw(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)), false);
  }

  sendRaw(bytes: Uint8Array, isBinary: boolean): void {
    this.#handlers.message(this.socket, bytes, isBinary);
  }

  hello(hello: Partial<Hello> = {}): void {
    const value = { token: "", appId: "", deviceId: "", platform: "test", presence: 0, resumeToken: "", background: false, backgroundGraceMs: 0, sdkVersion: "", ...hello };
    if (this.session.isJson) this.sendJson({ id: 1, hello: value });
    else this.send({ id: 1, body: { $case: "hello", value } });
  }

  /** Frames that came since the last look. */
  frames(): ServerFrame[] {
    const sent = this.socket.sent.slice(this.#read);
    this.#read = this.socket.sent.length;
    return sent.map(({ bytes, isBinary }) => (isBinary ? ServerFrame.decode(bytes) : fromJson(bytes)));
  }

  /** The JSON values that came since the last look. */
  texts(): Record<string, unknown>[] {
    const sent = this.socket.sent.slice(this.#read);
    this.#read = this.socket.sent.length;
    return sent.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>);
  }

  /** Ids of the events that came since the last look. */
  events(): string[] {
    return this.frames().flatMap(({ body }) => {
      if (body?.$case === "event") return [body.value.id];
      return body?.$case === "events" ? body.value.events.map(({ id }) => id) : [];
    });
  }

  leaves(code = 1006): void {
    this.#handlers.closed(this.socket, code);
  }
}

function fromJson(bytes: Uint8Array): ServerFrame {
  const { result, ...frame } = JSON.parse(Buffer.from(bytes).toString()) as { result?: unknown };
  const decoded = ServerFrame.decode(codec.messageFromJson("parlance.gateway.v1.ServerFrame", frame));
  return result === undefined ? decoded : { ...decoded, body: { $case: "result", value: Buffer.from(JSON.stringify(result)) } };
}

/** What gateways of one cluster have in common. */
export interface Shared extends Partial<Pick<GatewayOptions, "eventLog" | "logId" | "resumeKey">> {
  readonly clock?: ManualClock;
  readonly services?: ScriptedServices;
  /** Two gateways with one seed make the same ids. */
  readonly seed?: number;
}

/** A gateway without a network: scripted sockets, scripted services, a manual clock. */
export class ScriptedGateway {
  readonly clock: ManualClock;
  readonly services: ScriptedServices;
  readonly log = recordingLog();
  readonly metrics = createMetrics();
  readonly config: GatewayConfig;
  readonly wired;
  readonly admission: Admission;
  readonly handlers: SocketHandlers;
  #records = 0;
  #handOut: (records: readonly LogRecord[]) => void = () => undefined;

  constructor(config: Partial<GatewayConfig> = {}, { clock = new ManualClock(), services = new ScriptedServices(), seed = 1, ...shared }: Shared = {}) {
    this.clock = clock;
    this.services = services;
    this.config = { ...readConfig([gatewaySettings], {}), ...config };
    const random = seededRandom(seed);
    const { log, metrics } = this;
    const channels = { identity: services, group: services, messaging: services, presence: services };
    this.wired = wireGateway({
      config: this.config, channels, clock, random, log, metrics, epoch: "epoch",
      eventLog: {
        follow: (_topics, handOut) => {
          this.#handOut = handOut;
          return { close: () => Promise.resolve() };
        },
      },
      ...shared,
    });
    const { parts, sessions, events, resync } = this.wired;
    parts.feed.start({ onRecords: (records) => onBatch(events, records), onLost: () => resync.begin() });
    const origins = new Origins(this.config.corsOrigins);
    this.admission = new Admission({ config: this.config, clock, random, origins, figures: parts.figures, isPlaced: () => parts.feed.isPlaced });
    this.handlers = socketHandlers(parts, sessions, this.admission);
    parts.wheel.start();
  }

  admit({ json = false, headers = {}, protocols = [json ? JSON_PROTOCOL : PROTO_PROTOCOL] }: ConnectOptions = {}) {
    const request: UpgradeRequest = {
      path: "/v1/realtime", query: "", remoteAddress: "127.0.0.1", protocols,
      header: (name) => headers[name.toLowerCase()],
    };
    return this.admission.admit(request);
  }

  connect(options: ConnectOptions = {}): ScriptedClient {
    const admitted = this.admit(options);
    if (!admitted.accept) throw new Error(`refused with ${admitted.status}`);
    const socket = new ScriptedSocket(admitted.attachment, (one, code) => this.handlers.closed(one, code));
    this.handlers.opened(socket);
    return new ScriptedClient(socket, admitted.attachment as Session, this.handlers);
  }

  /** A client that has been welcomed and has read its welcome. */
  async login(uid: string, options: ConnectOptions & { readonly hello?: Partial<Hello> } = {}): Promise<ScriptedClient> {
    const client = this.connect(options);
    client.hello({ token: `${uid}-token`, ...options.hello });
    await this.settle();
    client.frames();
    return client;
  }

  /** Until nothing moves any more. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) await this.clock.advance(0);
  }

  /** By a log without places, as in a process with everything. */
  publish(...records: LogRecord[]): void {
    this.#handOut(records);
  }

  record(channel: string, body: Event["body"], headers: Partial<RecordHeaders> = {}, topic: Topic = "events", app = "one"): LogRecord {
    this.#records += 1;
    const id = headers.id ?? `event-${this.#records}`;
    const event: Event = { id, channel, atMs: this.clock.now(), replayed: false, appId: "", body };
    return {
      topic, key: `${app}/${channel}`, value: Event.encode(event).finish(),
      headers: { id, kind: body?.$case ?? "", ...headers },
    };
  }
}
