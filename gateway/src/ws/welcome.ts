import { channelOfKey, GROUP_PREFIX, INBOX_PREFIX } from "../fanout/interest.js";
import { groupsHeard } from "../fanout/place.js";
import type { Verdict } from "../fanout/resume-memory.js";
import type { Hello } from "@parlance/proto/gateway/v1/frame";
import type { GatewayParts } from "./parts.js";
import type { Session } from "./session.js";

export const HEARTBEAT_MS = 30_000;
export const FRAME_BYTES_MAX = 128 * 1024;

type Parts = Pick<GatewayParts, "clock" | "config" | "frames" | "outbox" | "reporter" | "resume" | "epoch" | "feed" | "memory" | "places" | "figures">;

/** Lets the session in: welcome first, then what came for it meanwhile. */
export function welcome(parts: Parts, session: Session, id: number, hello: Hello): void {
  const held = session.held ?? [];
  session.held = undefined;
  session.state = "ready";
  session.connectedAtMs = parts.clock.now();
  parts.reporter.opened(session);
  const value = { ...welcomeOf(parts, session), resumed: resumes(parts, session, hello), place: parts.places.of(session) };
  parts.outbox.add(session, parts.frames.write({ id, body: { $case: "welcome", value } }, session.isJson));
  for (const frame of held) parts.outbox.add(session, frame);
}

function welcomeOf({ clock, config, resume, epoch }: Parts, { id, app, caller }: Session) {
  return {
    sessionId: id,
    uid: caller.uid,
    appId: app,
    serverTimeMs: clock.now(),
    heartbeatMs: HEARTBEAT_MS,
    resumeToken: resume.issue({ app, uid: caller.uid, tokenId: caller.tokenId, epoch }),
    limits: {
      frameBytesMax: FRAME_BYTES_MAX,
      framesPerSecond: config.gatewayFramesPerSecond,
      framesBurst: config.gatewayFramesBurst,
      callsInFlightMax: config.gatewayCallsInFlight,
      presenceInterestMax: config.gatewayPresenceInterestMax,
    },
  };
}

/** Whether the client has missed nothing, surely (R8). The session listens already: what comes from now on, it will hear. */
function resumes(parts: Parts, session: Session, hello: Hello): boolean {
  const verdict = isOwn(parts, session, hello) ? judge(parts, session, hello) : "no token";
  if (hello.resumeToken !== "") parts.figures.resumes(verdict);
  return verdict === "nothing missed";
}

function judge({ feed, memory }: Parts, session: Session, { place = "" }: Hello): Verdict {
  return memory.judge({ place, groups: groupsHeard(session), keys: heardBy(session) }, feed.positions());
}

/** A token of this user and of this state of the platform. */
function isOwn({ resume, epoch }: Parts, { app, caller }: Session, { resumeToken }: Hello): boolean {
  const claims = resumeToken === "" ? undefined : resume.verify(resumeToken);
  return claims !== undefined && claims.app === app && claims.uid === caller.uid && claims.epoch === epoch;
}

function* heardBy({ channels }: Session): IterableIterator<string> {
  for (const { key } of channels) {
    const channel = channelOfKey(key);
    if (channel.startsWith(INBOX_PREFIX) || channel.startsWith(GROUP_PREFIX)) yield key;
  }
}
