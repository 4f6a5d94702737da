import type { AppId, Uid } from "../ids/index.js";
import { SYSTEM_UID } from "../ids/index.js";

/** Who makes a call, as proved by what was presented. */
export type Caller =
  | {
    readonly kind: "internal";
    readonly peer: string;
    /** The user for whom the process acts: a signal that the gateway has checked and forwards. */
    readonly onBehalfOf?: Uid | undefined;
  }
  | {
    readonly kind: "user";
    readonly uid: Uid;
    readonly tokenId: string;
    readonly sessionId?: string | undefined;
    readonly deviceId?: string | undefined;
  }
  | {
    readonly kind: "apiKey";
    readonly scope: "fullAccess" | "authOnly";
    readonly keyId: string;
    readonly onBehalfOf?: Uid | undefined;
  }
  | { readonly kind: "admin" }
  | { readonly kind: "anonymous" };

/** Stops listening. */
export type Unsubscribe = () => void;

/** What goes out with a call. */
export interface OutgoingContext {
  readonly caller: Caller;
  /** Empty only where no app is known: ADMIN, PUBLIC and some INTERNAL methods. */
  readonly app: AppId;
  readonly requestId: string;
  readonly traceParent?: string | undefined;
  /** Unix ms after which nobody waits; the method's own deadline holds when it is earlier. */
  readonly deadlineAt?: number | undefined;
  /** Takes the place of the method's own deadline (2 s for reads, 5 s for writes). */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Cheaper than a signal; a CallContext has it, so that nested calls end with their parent. */
  onCancel?(listener: () => void): Unsubscribe;
}

/** What a handler knows of the call it answers. */
export interface CallContext extends OutgoingContext {
  /** Who acts: the user, the user an API key stands in for, or the system user. */
  readonly actor: Uid;
  /** The system user acts: no membership, scope, block or role rule applies. */
  readonly isServer: boolean;
  readonly sessionId?: string | undefined;
  /** The trace for events that the call leads to: only one that is sampled, since all who hear of it pay for it. */
  readonly sampledTrace?: string | undefined;
  readonly deadlineAt: number;
  /** Aborts when the deadline passes or the caller gives up. Made when first read. */
  readonly signal: AbortSignal;
  onCancel(listener: () => void): Unsubscribe;
}

/** Who acts when this caller calls. */
export function actorOf(caller: Caller): Uid {
  switch (caller.kind) {
    case "user": return caller.uid;
    case "apiKey": return caller.scope === "fullAccess" && caller.onBehalfOf !== undefined ? caller.onBehalfOf : SYSTEM_UID;
    case "internal": return caller.onBehalfOf ?? SYSTEM_UID;
    case "admin":
    case "anonymous": return SYSTEM_UID;
  }
}

/** Of the flags at the end of a traceparent. */
const SAMPLED = 1;

const nothing: Unsubscribe = () => undefined;

/** The context of one running call. Nothing is allocated for cancelling until somebody asks. */
export class ServerCall implements CallContext {
  readonly app: AppId;
  readonly caller: Caller;
  readonly actor: Uid;
  readonly requestId: string;
  readonly traceParent: string | undefined;
  readonly deadlineAt: number;
  #cancelled = false;
  #listeners: Set<() => void> | undefined;
  #controller: AbortController | undefined;

  constructor(context: OutgoingContext, deadlineAt: number) {
    this.app = context.app;
    this.caller = context.caller;
    this.actor = actorOf(context.caller);
    this.requestId = context.requestId;
    this.traceParent = context.traceParent;
    this.deadlineAt = deadlineAt;
  }

  get isServer(): boolean {
    return this.actor === SYSTEM_UID;
  }

  get sessionId(): string | undefined {
    return this.caller.kind === "user" ? this.caller.sessionId : undefined;
  }

  get sampledTrace(): string | undefined {
    const flags = Number.parseInt(this.traceParent?.slice(-2) ?? "", 16);
    return (flags & SAMPLED) === 0 ? undefined : this.traceParent;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  onCancel(listener: () => void): Unsubscribe {
    if (this.#cancelled) {
      listener();
      return nothing;
    }
    const listeners = (this.#listeners ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Idempotent. */
  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#controller?.abort();
    const listeners = this.#listeners;
    this.#listeners = undefined;
    if (listeners !== undefined) for (const listener of listeners) listener();
  }
}

/** Hears of a cancelled call, whichever way its context says so. */
export function whenCancelled(context: OutgoingContext, listener: () => void): Unsubscribe {
  if (context.onCancel !== undefined) return context.onCancel(listener);
  const signal = context.signal;
  if (signal === undefined) return nothing;
  if (signal.aborted) {
    listener();
    return nothing;
  }
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}

/** The same call once more, within its first deadline. */
export function withinRest(context: OutgoingContext, deadlineAt: number, now: number): OutgoingContext {
  return {
    app: context.app,
    caller: context.caller,
    requestId: context.requestId,
    traceParent: context.traceParent,
    deadlineMs: deadlineAt - now,
    onCancel: (listener) => whenCancelled(context, listener),
  };
}

/** The context of a nested call that this process makes for itself, within the deadline and life of the call it answers. */
export function asPeer(parent: CallContext, peer: string): OutgoingContext {
  return {
    app: parent.app,
    caller: { kind: "internal", peer },
    requestId: parent.requestId,
    traceParent: parent.traceParent,
    deadlineAt: parent.deadlineAt,
    onCancel: (listener) => parent.onCancel(listener),
  };
}
