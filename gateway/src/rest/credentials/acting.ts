// Who acts (rest.md 2.3): the token's user, the user a key names in onBehalfOf, or the server.

import { fail } from "@parlance/platform/errors";
import { appId, normaliseId, uid, type Uid } from "@parlance/platform/ids";
import type { Caller, Traced } from "@parlance/platform/rpc";
import { ownContext } from "../../clients.js";
import type { RequestHead } from "../../ws/transport.js";
import type { RestParts } from "../parts.js";
import type { Route } from "../routes/route.js";
import type { Proved } from "./prove.js";

export interface Acting {
  readonly caller: Caller;
  readonly viewer: Uid | undefined;
}

interface Asked {
  readonly route: Pick<Route, "onBehalfOf" | "actsFor">;
  readonly head: RequestHead;
  readonly params: Readonly<Record<string, unknown>>;
  readonly traced: Traced;
}

export async function actingUser(parts: Pick<RestParts, "identity">, { caller, letter }: Proved, asked: Asked): Promise<Acting> {
  const { route, head, params, traced } = asked;
  const header = head.header("onbehalfof")?.trim();
  const named = header === "" ? undefined : header;
  if (caller.kind === "user") {
    if (named !== undefined && normaliseId(named) !== caller.uid) throw fail("AUTH_ERR_NO_ACCESS");
    return { caller, viewer: caller.uid };
  }
  if (letter !== "F" || caller.kind !== "apiKey" || route.onBehalfOf === undefined) return { caller, viewer: undefined };
  if (named !== undefined) {
    const viewer = await resolved(parts, head, named, traced);
    return { caller: { ...caller, onBehalfOf: viewer }, viewer };
  }
  if (route.onBehalfOf === "required") throw fail("ERR_BAD_REQUEST", undefined, { fields: { onBehalfOf: "is required" } });
  if (route.actsFor === undefined) return { caller, viewer: undefined };
  return { caller: { ...caller, onBehalfOf: await resolved(parts, head, route.actsFor(params), traced) }, viewer: undefined };
}

/** Throws ERR_UID_NOT_FOUND for a user that is not there or not active. */
async function resolved({ identity }: Pick<RestParts, "identity">, head: RequestHead, named: string, traced: Traced): Promise<Uid> {
  if (normaliseId(named) === undefined) throw fail("ERR_BAD_REQUEST", undefined, { fields: { onBehalfOf: "is not an id" } });
  const apiKey = head.header("apikey")?.trim() ?? "";
  const { onBehalfOf } = await identity.verifyApiKey({ apiKey, onBehalfOf: named, appId: "" }, ownContext(appId(""), traced));
  if (onBehalfOf === undefined) throw fail("ERR_UID_NOT_FOUND");
  return uid(onBehalfOf.uid);
}
