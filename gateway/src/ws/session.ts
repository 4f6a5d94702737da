import type { AppId } from "@parlance/platform/ids";
import { appId, uid } from "@parlance/platform/ids";
import type { Caller } from "@parlance/platform/rpc";
import type { SignalLimits } from "./signal-limits.js";
import type { TransportSocket } from "./transport.js";

/**
 * fresh: no hello yet; joining: hello is being checked, events are held; ready: welcomed; closing: told to go, nothing more
 * is sent or taken; closed: the socket is gone.
 */
export type SessionState = "fresh" | "joining" | "ready" | "closing" | "closed";

export type UserCaller = Extract<Caller, { readonly kind: "user" }>;

const NOBODY: UserCaller = { kind: "user", uid: uid(""), tokenId: "" };
const NO_APP = appId("");

/** A channel as its listeners know it. */
export interface Listened {
  readonly key: string;
  readonly sessions: Set<Session>;
}

export const DEFAULT_GRACE_MS = 30_000;

/**
 * One socket. There are very many, so a session is one flat object: no closure, timer or buffer of its own, and whatever
 * only some sessions need is made when they need it.
 */
export class Session {
  readonly id: string;
  readonly isJson: boolean;
  socket: TransportSocket | undefined = undefined;
  state: SessionState = "fresh";
  app: AppId = NO_APP;
  caller: UserCaller = NOBODY;
  platform = "";
  connectedAtMs = 0;

  /** Came with the upgrade; forgotten with hello. */
  presentedToken: string | undefined = undefined;
  /** Told to come back later instead of being served. */
  retryAfterMs = 0;

  /** Unix ms at which the socket is sent away, and why. */
  endsAtMs = 0;
  endsWithToken = false;
  /** Place in the wheel; 0: none. */
  wheelSlot = 0;
  graceMs = DEFAULT_GRACE_MS;
  inBackground = false;

  readonly channels = new Set<Listened>();
  /** Sum of the groups it hears, in two halves. */
  groupsLow = 0;
  groupsHigh = 0;
  /** A frame was not sent for lack of room: from then on it is told no place. */
  hasLostFrames = false;
  /** Size of the presence interest set. */
  watched = 0;
  watchesAll = false;

  frameTokens = 0;
  frameTokensAtMs = 0;
  badFrames = 0;
  callsInFlight = 0;
  callsRefused = 0;
  calls = 0;
  signals: SignalLimits | undefined = undefined;

  /** Frames of this tick, flushed at its end. */
  pending: Uint8Array[] | undefined = undefined;
  /** Events that came before welcome. */
  held: Uint8Array[] | undefined = undefined;
  heldBytes = 0;
  /** Membership changes heard while the list of groups was fetched: they are newer than the list. */
  joinChanges: Map<string, boolean> | undefined = undefined;

  constructor(id: string, isJson: boolean) {
    this.id = id;
    this.isJson = isJson;
  }

  /** How the socket will be closed once its buffer is empty. */
  closing: { readonly code: number; readonly reason: string } | undefined = undefined;

  /** A method, so that its answer is not remembered across an await. */
  is(state: SessionState): boolean {
    return this.state === state;
  }
}
