// The context of a call as it crosses between our own processes. Only a peer that has proved to be one may present it:
// whatever it says about the caller is believed.

import { CallerKind, KeyScope, type CallContext as WireContext } from "@parlance/proto/exchange/v1/exchange";
import { fail } from "../errors/index.js";
import { appId, uid } from "../ids/index.js";
import type { Caller, OutgoingContext } from "./context.js";

const EMPTY: WireContext = {
  app: "", caller: CallerKind.ANONYMOUS, peer: "", uid: "", tokenId: "", sessionId: "", deviceId: "", keyId: "",
  keyScope: KeyScope.UNSPECIFIED, onBehalfOf: "", requestId: "", traceParent: "", remainingMs: 0,
};

function setCaller(wire: WireContext, caller: Caller): void {
  switch (caller.kind) {
    case "internal":
      wire.caller = CallerKind.INTERNAL;
      wire.peer = caller.peer;
      wire.onBehalfOf = caller.onBehalfOf ?? "";
      return;
    case "user":
      wire.caller = CallerKind.USER;
      wire.uid = caller.uid;
      wire.tokenId = caller.tokenId;
      wire.sessionId = caller.sessionId ?? "";
      wire.deviceId = caller.deviceId ?? "";
      return;
    case "apiKey":
      wire.caller = CallerKind.API_KEY;
      wire.keyScope = caller.scope === "fullAccess" ? KeyScope.FULL_ACCESS : KeyScope.AUTH_ONLY;
      wire.keyId = caller.keyId;
      wire.onBehalfOf = caller.onBehalfOf ?? "";
      return;
    case "admin":
      wire.caller = CallerKind.ADMIN;
      return;
    case "anonymous":
      wire.caller = CallerKind.ANONYMOUS;
  }
}

/** `remainingMs`: how long the caller still waits. */
export function toWire(context: OutgoingContext, remainingMs: number): WireContext {
  const wire: WireContext = { ...EMPTY };
  setCaller(wire, context.caller);
  wire.app = context.app;
  wire.requestId = context.requestId;
  wire.traceParent = context.traceParent ?? "";
  wire.remainingMs = Math.max(0, Math.ceil(remainingMs));
  return wire;
}

const orAbsent = (value: string) => (value === "" ? undefined : value);

function callerOf(wire: WireContext): Caller {
  switch (wire.caller) {
    case CallerKind.INTERNAL: return {
      kind: "internal", peer: wire.peer, onBehalfOf: wire.onBehalfOf === "" ? undefined : uid(wire.onBehalfOf),
    };
    case CallerKind.USER: return {
      kind: "user", uid: uid(wire.uid), tokenId: wire.tokenId,
      sessionId: orAbsent(wire.sessionId), deviceId: orAbsent(wire.deviceId),
    };
    case CallerKind.API_KEY: return {
      kind: "apiKey",
      scope: wire.keyScope === KeyScope.FULL_ACCESS ? "fullAccess" : "authOnly",
      keyId: wire.keyId,
      onBehalfOf: wire.onBehalfOf === "" ? undefined : uid(wire.onBehalfOf),
    };
    case CallerKind.ADMIN: return { kind: "admin" };
    case CallerKind.ANONYMOUS: return { kind: "anonymous" };
    case CallerKind.UNSPECIFIED: throw fail("AUTH_ERR_NO_ACCESS", "The call names no caller.");
  }
  throw fail("AUTH_ERR_NO_ACCESS", "The call names a caller of an unknown kind.");
}

/** The receiver's own clock decides when the caller's rest is over. */
export function fromWire(wire: WireContext | undefined): OutgoingContext {
  if (wire === undefined) throw fail("AUTH_ERR_NO_ACCESS", "The call names no caller.");
  return {
    app: appId(wire.app),
    caller: callerOf(wire),
    requestId: wire.requestId,
    traceParent: orAbsent(wire.traceParent),
    deadlineMs: wire.remainingMs,
  };
}
