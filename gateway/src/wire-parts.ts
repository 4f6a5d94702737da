import type { EventLog } from "@parlance/platform/eventlog";
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
import { PresenceMerge } from "./fanout/presence-merge.js";
import { createFigures } from "./figures.js";
import { Reporter } from "./presence/reporter.js";
import { AppRates } from "./ws/app-rates.js";
import { CloseCode } from "./ws/close-codes.js";
import { Closer } from "./ws/closer.js";
import { EndedSessions } from "./ws/ended-sessions.js";
import { Frames } from "./ws/frames.js";
import { onDue } from "./ws/heartbeat.js";
import { Outbox } from "./ws/outbox.js";
import type { GatewayParts } from "./ws/parts.js";
import { ResumeTokens } from "./ws/resume.js";
import type { Session } from "./ws/session.js";
import { Sessions } from "./ws/sessions.js";
import { Tick } from "./ws/tick.js";
import { Wheel } from "./ws/wheel.js";

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly channels: GatewayChannels;
  readonly eventLog: Pick<EventLog<unknown>, "follow">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Names the state of this installation (the store's epoch). Default: made anew at each start. */
  readonly epoch?: string;
}

export interface WiredGateway {
  readonly parts: GatewayParts;
  readonly events: OnEventParts;
  readonly sessions: Sessions;
}

const KEY_BYTES = 32;

/** Everything but the network, put together. */
export function wireGateway({ config, channels, clock, random, log, metrics, epoch }: GatewayOptions): WiredGateway {
  const sessions = new Sessions();
  const interest = new Interest();
  const figures = createFigures(metrics, () => sessions.size, () => interest.size);
  const clients = createClients(channels);
  const codec = createJsonCodec();
  const frames = new Frames(codec);
  const ended = new EndedSessions(clock);
  const tick: Tick = new Tick([() => coalesce.flush(), () => outbox.flush(), () => reporter.flush()]);
  const request = () => tick.request();
  const tooSlow = (session: Session) => closer.close(session, CloseCode.TOO_SLOW, "the socket reads too slowly");
  const outbox = new Outbox({ bufferBytesMax: config.gatewaySocketBufferBytesMax, request, tooSlow, onFrames: figures.framesOut });
  const reporter = new Reporter({
    gatewayId: randomId(random, "gw_"), presence: clients.presence, clock, random, log, request,
    connected: () => connectedOf(sessions),
  });
  const wheel = new Wheel<Session>(clock, (session) => onDue({ closer }, session));
  const forget = (session: Session) => sessions.remove(session);
  const closer: Closer = new Closer({ frames, interest, outbox, wheel, reporter, figures, forget });
  const deliver = new Deliver({ codec, log, figures, outbox, closer });
  const coalesce = new Coalesce({ interest, sessions, deliver, figures, request });
  const presence = new PresenceMerge({ clock, interest, deliver });
  const perMinute = { core: config.gatewayCoreCallsPerMinute, other: config.gatewayOtherCallsPerMinute };
  const key = config.gatewayResumeKey === undefined ? random.bytes(KEY_BYTES) : Buffer.from(config.gatewayResumeKey);
  return {
    sessions,
    events: { interest, coalesce, presence, closer, ended, figures, log },
    parts: {
      clock, random, log, config, channels, clients, codec, frames, interest, outbox, wheel, closer, reporter, ended, figures,
      resume: new ResumeTokens(key, clock), appRates: new AppRates(perMinute, clock), epoch: epoch ?? randomId(random),
    },
  };
}

function* connectedOf(sessions: Sessions): IterableIterator<Session> {
  for (const session of sessions.all()) if (session.state === "ready") yield session;
}
