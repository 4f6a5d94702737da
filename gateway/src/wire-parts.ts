import { createHash } from "node:crypto";
import { randomId } from "@parlance/platform/ids";
import type { Log } from "@parlance/platform/log";
import type { Metrics } from "@parlance/platform/metrics";
import type { Random } from "@parlance/platform/random";
import { createJsonCodec } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import { createClients, type GatewayChannels } from "./clients.js";
import type { GatewayConfig } from "./config.js";
import { Coalesce } from "./fanout/coalesce.js";
import { Deliver } from "./fanout/deliver.js";
import { Interest } from "./fanout/interest.js";
import type { OnEventParts } from "./fanout/on-event.js";
import { Places } from "./fanout/places.js";
import { Poison } from "./fanout/poison.js";
import { PresenceMerge } from "./fanout/presence-merge.js";
import { ResumeMemory } from "./fanout/resume-memory.js";
import { WholeLogFeed, type FollowedLog } from "./fanout/whole-log-feed.js";
import { createFigures } from "./figures.js";
import { Reporter } from "./presence/reporter.js";
import { TraceParents } from "./trace.js";
import { AppRates } from "./ws/app-rates.js";
import { CloseCode } from "./ws/close-codes.js";
import { Closer } from "./ws/closer.js";
import { EndedSessions } from "./ws/ended-sessions.js";
import { Frames } from "./ws/frames.js";
import { onDue } from "./ws/heartbeat.js";
import { Outbox } from "./ws/outbox.js";
import type { GatewayParts } from "./ws/parts.js";
import { ResumeTokens } from "./ws/resume.js";
import { Resync } from "./ws/resync.js";
import type { Session } from "./ws/session.js";
import { Sessions } from "./ws/sessions.js";
import { Tick } from "./ws/tick.js";
import { Wheel } from "./ws/wheel.js";

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly channels: GatewayChannels;
  readonly eventLog: FollowedLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Names the state of this installation (the store's epoch). Default: made anew at each start. */
  readonly epoch?: string;
  /** Signs resume tokens unless the configuration has a key. The same on all gateways. Default: made anew at each start. */
  readonly resumeKey?: Uint8Array;
  /** Names the event log: gateways with the same one understand each other's places in it. Default: made anew at each start. */
  readonly logId?: string;
  /** How far this process's followers of the event log may be behind; what is not known counts. Default: never. */
  readonly followerLagMs?: () => number;
  /** Time over which sockets are sent away, unless the configuration says otherwise. Default: 5 s. */
  readonly drainMs?: number;
}

export interface WiredGateway {
  readonly parts: GatewayParts;
  readonly events: OnEventParts;
  readonly sessions: Sessions;
  readonly resync: Resync;
}

const KEY_BYTES = 32;
const LOG_ID_LENGTH = 12;

/** Everything but the network, put together. */
export function wireGateway(options: GatewayOptions): WiredGateway {
  const { config, channels, clock, random, log, metrics, epoch } = options;
  const sessions = new Sessions();
  const { feed, memory } = createFeed(options);
  const interest = new Interest(feed);
  const figures = createFigures(metrics, () => sessions.size, () => interest.size);
  const clients = createClients(channels);
  const codec = createJsonCodec();
  const frames = new Frames(codec);
  const ended = new EndedSessions(clock);
  const tick: Tick = new Tick([() => coalesce.flush(), () => places.settle(), () => outbox.flush(), () => reporter.flush()]);
  const request = () => tick.request();
  const tooSlow = (session: Session) => closer.close(session, CloseCode.TOO_SLOW, "the socket reads too slowly");
  const outbox = new Outbox({ bufferBytesMax: config.gatewaySocketBufferBytesMax, request, tooSlow, onFrames: figures.framesOut });
  const reporter = new Reporter({
    gatewayId: randomId(random, "gw_"), presence: clients.presence, clock, random, log, request,
    connected: () => connectedOf(sessions),
  });
  const wheel = new Wheel<Session>(clock, (session) => onDue({ closer }, session));
  const forget = (session: Session) => sessions.remove(session);
  const placeOf = (session: Session) => places.of(session);
  const closer: Closer = new Closer({ frames, interest, outbox, wheel, reporter, figures, forget, placeOf });
  const poison = new Poison({ interest, figures, log, hint: (missing) => resync.hint(missing) });
  const deliver = new Deliver({ codec, poison, figures, outbox, closer });
  const coalesce = new Coalesce({ interest, sessions, deliver, figures, request });
  const places: Places = new Places({ feed, coalesce, clock });
  const presence = new PresenceMerge({ clock, interest, deliver });
  const resync: Resync = new Resync({ sessions, frames, outbox, places, memory, figures, clock, log });
  const perMinute = { core: config.gatewayCoreCallsPerMinute, other: config.gatewayOtherCallsPerMinute };
  return {
    sessions,
    resync,
    events: { interest, coalesce, presence, closer, memory, feed, ended, poison },
    parts: {
      clock, random, log, config, channels, clients, codec, frames, interest, outbox, wheel, closer, reporter, ended, figures,
      feed, memory, places,
      resume: new ResumeTokens(resumeKeyOf(options), clock), appRates: new AppRates(perMinute, clock), epoch: epoch ?? randomId(random),
      traces: new TraceParents(random),
    },
  };
}

function createFeed({ config, eventLog, clock, random, logId: name, followerLagMs = () => 0 }: GatewayOptions) {
  const { gatewayResumeEntriesMax: entriesMax, gatewayResumeBytesMax: bytesMax } = config;
  // Clients see it, in every place.
  const logId = name === undefined ? undefined : createHash("sha256").update(name).digest("hex").slice(0, LOG_ID_LENGTH);
  const feed = new WholeLogFeed({ eventLog, logId, ownId: randomId(random), lagMs: followerLagMs });
  return { feed, memory: new ResumeMemory({ clock, feed, entriesMax, bytesMax }) };
}

function resumeKeyOf({ config, resumeKey, random }: GatewayOptions): Uint8Array {
  return config.gatewayResumeKey === undefined ? resumeKey ?? random.bytes(KEY_BYTES) : Buffer.from(config.gatewayResumeKey);
}

function* connectedOf(sessions: Sessions): IterableIterator<Session> {
  for (const session of sessions.all()) if (session.state === "ready") yield session;
}
