// hello → welcome. The session listens before it asks: first to the user's inbox, so that a group joined or left meanwhile is
// heard, then to every group of the list, corrected by what was heard. Events that come before welcome are held and follow it.

import { AppError } from "@parlance/platform/errors";
import { appId, uid } from "@parlance/platform/ids";
import type { Traced } from "@parlance/platform/rpc";
import type { VerifyAuthTokenResponse } from "@parlance/proto/identity/v1/identity";
import { PresenceMode, type Hello } from "@parlance/proto/gateway/v1/frame";
import { ownContext } from "../clients.js";
import { groupKey, inboxKey, watchAllKey } from "../fanout/interest.js";
import { PLACE_LENGTH_MAX } from "../fanout/place.js";
import { clientDetail } from "./client-detail.js";
import { CloseCode, closeCodeOfRefusal } from "./close-codes.js";
import { graceOf, onBackground } from "./heartbeat.js";
import type { GatewayParts } from "./parts.js";
import type { Session } from "./session.js";
import { welcome } from "./welcome.js";

const LENGTHS: Readonly<Record<string, number>> = {
  token: 255, appId: 64, deviceId: 100, platform: 50, resumeToken: 2_048, sdkVersion: 100, place: PLACE_LENGTH_MAX,
};
const RETRY_MS = 1_000;
const LIFE_MIN_MS = 180 * 60_000;
const LIFE_SPREAD_MS = 50 * 60_000;

export function onHello(parts: GatewayParts, session: Session, id: number, hello: Hello): void {
  const problem = problemOf(hello);
  if (problem !== undefined) return parts.closer.close(session, CloseCode.BAD_HELLO, problem);
  session.state = "joining";
  parts.wheel.cancel(session);
  void join(parts, session, id, hello).catch((error: unknown) => {
    if (session.is("joining")) refuse(parts, session, id, error);
  });
}

function problemOf(hello: Hello): string | undefined {
  for (const [name, lengthMax] of Object.entries(LENGTHS)) {
    const value: unknown = hello[name as keyof Hello];
    if (typeof value === "string" && value.length > lengthMax) return `${name} is too long`;
  }
  return graceOf(hello.backgroundGraceMs) === undefined ? "backgroundGraceMs is not within 5000 and 600000" : undefined;
}

async function join(parts: GatewayParts, session: Session, id: number, hello: Hello): Promise<void> {
  const startedAtMs = parts.clock.monotonic();
  const traced = { requestId: `${session.id}-0`, traceParent: parts.traces.of(undefined) };
  const verified = await verify(parts, session, hello, traced);
  if (!session.is("joining")) return;
  become(parts, session, hello, verified);
  const code = parts.ended.since(startedAtMs, session.app, session.caller);
  if (code !== undefined) return parts.closer.close(session, code, "the session was ended");
  session.held = [];
  session.joinChanges = new Map();
  parts.interest.join(session, inboxKey(session.app, session.caller.uid));
  if (session.watchesAll) parts.interest.join(session, watchAllKey(session.app));
  makeRoom(parts, session);
  await joinGroups(parts, session, traced);
  if (session.is("joining")) welcome(parts, session, id, hello);
  if (session.is("ready") && hello.background) onBackground(parts, session);
}

function verify(parts: GatewayParts, session: Session, hello: Hello, traced: Traced): Promise<VerifyAuthTokenResponse> {
  const token = hello.token === "" ? session.presentedToken ?? "" : hello.token;
  session.presentedToken = undefined;
  const { deviceId, appId: app } = hello;
  return parts.clients.identity.verifyAuthToken({ token, deviceId, appId: app }, ownContext(appId(""), traced));
}

function become(parts: GatewayParts, session: Session, hello: Hello, verified: VerifyAuthTokenResponse): void {
  const { app, user, tokenId, expiresAtMs } = verified;
  if (app === undefined || user === undefined) throw new Error("identity verified a token without app or user");
  session.app = appId(app.appId);
  session.caller = {
    kind: "user", uid: uid(user.uid), tokenId, sessionId: session.id,
    deviceId: hello.deviceId === "" ? undefined : hello.deviceId,
  };
  session.platform = hello.platform;
  session.graceMs = graceOf(hello.backgroundGraceMs) ?? session.graceMs;
  session.watchesAll = hello.presence === PresenceMode.ALL;
  const life = parts.clock.now() + LIFE_MIN_MS + parts.random.int(LIFE_SPREAD_MS);
  session.endsWithToken = expiresAtMs > 0 && expiresAtMs < life;
  session.endsAtMs = session.endsWithToken ? expiresAtMs : life;
}

/** The newest sockets of a user stay (chat.md 26.2). */
function makeRoom(parts: GatewayParts, session: Session): void {
  const own = parts.interest.sessionsOf(session.app, session.caller.uid);
  for (const oldest of own) {
    if (own.size <= parts.config.gatewaySocketsPerUser) return;
    parts.closer.close(oldest, CloseCode.TOO_MANY_SOCKETS, "a newer socket of the user took the place");
  }
}

async function joinGroups(parts: GatewayParts, session: Session, traced: Traced): Promise<void> {
  const context = ownContext(session.app, traced);
  const { guids } = await parts.clients.group.listJoinedGuids({ uid: session.caller.uid }, context);
  const changes = session.joinChanges;
  if (!session.is("joining") || changes === undefined) return;
  for (const guid of guids) if (changes.get(guid) !== false) parts.interest.join(session, groupKey(session.app, guid));
  session.joinChanges = undefined;
}

function refuse(parts: GatewayParts, session: Session, id: number, error: unknown): void {
  const detail = clientDetail(error);
  const code = error instanceof AppError ? closeCodeOfRefusal(error) : CloseCode.OVERLOADED;
  if (!(error instanceof AppError)) parts.log.error({ error }, "a hello was not handled");
  session.held = undefined;
  parts.outbox.add(session, parts.frames.write({ id, body: { $case: "error", value: detail } }, session.isJson));
  const wait = code === CloseCode.OVERLOADED ? { retryAfterMs: detail.retryAfterMs || RETRY_MS } : {};
  parts.closer.close(session, code, detail.message, wait);
}
