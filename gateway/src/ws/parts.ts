import type { JsonCodec } from "@parlance/platform/rpc";
import type { Log } from "@parlance/platform/log";
import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import type { GatewayChannels, GatewayClients } from "../clients.js";
import type { GatewayConfig } from "../config.js";
import type { Feed } from "../fanout/feed.js";
import type { Interest } from "../fanout/interest.js";
import type { Places } from "../fanout/places.js";
import type { ResumeMemory } from "../fanout/resume-memory.js";
import type { Figures } from "../figures.js";
import type { Reporter } from "../presence/reporter.js";
import type { TraceParents } from "../trace.js";
import type { AppRates } from "./app-rates.js";
import type { Closer } from "./closer.js";
import type { EndedSessions } from "./ended-sessions.js";
import type { Frames } from "./frames.js";
import type { Outbox } from "./outbox.js";
import type { ResumeTokens } from "./resume.js";
import type { Session } from "./session.js";
import type { Wheel } from "./wheel.js";

/** What the handling of frames may use; each file picks its own. */
export interface GatewayParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly config: GatewayConfig;
  readonly channels: GatewayChannels;
  readonly clients: GatewayClients;
  readonly codec: JsonCodec;
  readonly frames: Frames;
  readonly interest: Interest;
  readonly outbox: Outbox;
  readonly wheel: Wheel<Session>;
  readonly closer: Closer;
  readonly reporter: Reporter;
  readonly resume: ResumeTokens;
  readonly feed: Feed;
  readonly memory: ResumeMemory;
  readonly places: Places;
  readonly ended: EndedSessions;
  readonly appRates: AppRates;
  readonly figures: Figures;
  readonly traces: TraceParents;
  /** Names the state clients may resume on: another one makes their positions void. */
  readonly epoch: string;
}
