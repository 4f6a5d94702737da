import type { Access, MethodContract } from "@parlance/proto/contract-types";
import { fail, type AppError } from "../errors/index.js";
import type { Caller, OutgoingContext } from "./context.js";

function admits(access: Access, caller: Caller): boolean {
  switch (access) {
    case "PUBLIC": return true;
    case "INTERNAL": return caller.kind === "internal";
    case "ADMIN": return caller.kind === "admin";
    case "API_KEY": return caller.kind === "apiKey" && caller.scope === "fullAccess";
    case "AUTH_KEY": return caller.kind === "apiKey" && caller.scope === "authOnly";
    case "USER": return caller.kind === "user" || standsInForUser(caller);
  }
}

function standsInForUser(caller: Caller): boolean {
  return caller.kind === "apiKey" && caller.scope === "fullAccess" && caller.onBehalfOf !== undefined;
}

/** A key that may act for users and named none. */
function namesNoActor(caller: Caller): boolean {
  return caller.kind === "apiKey" && caller.scope === "fullAccess" && caller.onBehalfOf === undefined;
}

const actorMissing = () => fail("ERR_BAD_REQUEST", undefined, { fields: { onBehalfOf: "is required" } });

function refusalOf(access: readonly Access[], caller: Caller): AppError {
  if (caller.kind === "anonymous") {
    const adminOnly = access.every((one) => one === "ADMIN" || one === "INTERNAL");
    return fail(adminOnly ? "AUTH_ERR_EMPTY_AUTH_HEADER" : "AUTH_ERR_EMPTY_APIKEY");
  }
  return access.includes("USER") && namesNoActor(caller) ? actorMissing() : fail("AUTH_ERR_NO_ACCESS");
}

/** Why this caller may not make this call; undefined when it may. An RPC without access lets nobody in. */
export function accessRefusal(contract: MethodContract, { caller, app }: OutgoingContext): AppError | undefined {
  if (!contract.access.some((access) => admits(access, caller))) return refusalOf(contract.access, caller);
  // A credential of an app always names the app; without it a handler would act on no tenant at all.
  if (app === "" && (caller.kind === "user" || caller.kind === "apiKey")) return fail("AUTH_ERR_NO_ACCESS");
  return contract.needsActor && namesNoActor(caller) ? actorMissing() : undefined;
}
