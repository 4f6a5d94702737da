import type { GatewayConfig } from "../config.js";
import type { Session } from "./session.js";

export type FrameVerdict = "pass" | "refuse" | "close";

type Limits = Pick<GatewayConfig, "gatewayFramesPerSecond" | "gatewayFramesBurst">;

/**
 * A token bucket that goes into debt: frames beyond the burst are refused but still counted, and a client that is a whole
 * burst in debt does not listen and is closed. A client above its rate comes there however it spreads its frames.
 */
export function judgeFrame(session: Session, nowMs: number, limits: Limits): FrameVerdict {
  const { gatewayFramesPerSecond: rate, gatewayFramesBurst: burst } = limits;
  const gained = ((nowMs - session.frameTokensAtMs) * rate) / 1_000;
  session.frameTokens = Math.min(burst, session.frameTokens + gained) - 1;
  session.frameTokensAtMs = nowMs;
  if (session.frameTokens >= 0) return "pass";
  return session.frameTokens >= -burst ? "refuse" : "close";
}

export function retryAfterMs(session: Session, limits: Limits): number {
  return Math.max(1, Math.ceil((-session.frameTokens * 1_000) / limits.gatewayFramesPerSecond));
}

export function fillFrameTokens(session: Session, nowMs: number, limits: Limits): void {
  session.frameTokens = limits.gatewayFramesBurst;
  session.frameTokensAtMs = nowMs;
}
