import type { Hello } from "@parlance/proto/gateway/v1/frame";
import type { GatewayParts } from "./parts.js";
import type { Session } from "./session.js";

export const HEARTBEAT_MS = 30_000;
export const FRAME_BYTES_MAX = 128 * 1024;

type Parts = Pick<GatewayParts, "clock" | "config" | "frames" | "outbox" | "reporter" | "resume" | "epoch">;

/** Lets the session in: welcome first, then what came for it meanwhile. */
export function welcome(parts: Parts, session: Session, id: number, hello: Hello): void {
  const held = session.held ?? [];
  session.held = undefined;
  session.state = "ready";
  session.connectedAtMs = parts.clock.now();
  parts.reporter.opened(session);
  const value = { ...welcomeOf(parts, session), resumed: resumes(parts, session, hello) };
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

/**
 * Whether the client may skip its sync. A token of this user and state is needed for that, and so is a memory of what each
 * channel had meanwhile (R8); as long as there is no such memory the only honest answer is no.
 */
function resumes({ resume, epoch }: Parts, { app, caller }: Session, { resumeToken }: Hello): boolean {
  const claims = resumeToken === "" ? undefined : resume.verify(resumeToken);
  const known = claims !== undefined && claims.app === app && claims.uid === caller.uid && claims.epoch === epoch;
  const remembersAbsence = false;
  return known && remembersAbsence;
}
