// Who calls, by what the headers present (rest.md 2.1, 2.2). The app comes from the credential; a header may only agree.

import { fail } from "@parlance/platform/errors";
import { appId, uid } from "@parlance/platform/ids";
import type { Caller, Traced } from "@parlance/platform/rpc";
import { KeyScope } from "@parlance/proto/identity/v1/identity";
import { ownContext } from "../../clients.js";
import { bearerOf } from "../../ws/admission.js";
import type { RequestHead } from "../../ws/transport.js";
import type { RestParts } from "../parts.js";
import type { Counted } from "../rates.js";
import type { CallerLetter } from "../routes/route.js";

/** A caller that has proved who it is. */
export interface Proved extends Counted {
  readonly letter: CallerLetter;
  readonly caller: Caller;
}

type Parts = Pick<RestParts, "identity" | "adminKeys">;

// Longer values are no credentials; cut, they are still none, and the services take no longer ones.
const CREDENTIAL_MAX = 255;
const APP_ID_MAX = 64;

function headerOf(head: RequestHead, name: string, max = CREDENTIAL_MAX): string | undefined {
  return head.header(name)?.trim().slice(0, max);
}

/** The token of Authorization, also when it is empty; undefined for other schemes. */
function bearer(head: RequestHead): string | undefined {
  const authorization = head.header("authorization");
  if (authorization === undefined) return undefined;
  return /^bearer\s*$/i.test(authorization) ? "" : bearerOf(authorization)?.slice(0, CREDENTIAL_MAX);
}

/** For `/v3`: a key decides when both are there. */
export async function proveCaller(parts: Parts, head: RequestHead, traced: Traced): Promise<Proved> {
  const apiKey = headerOf(head, "apikey");
  if (apiKey !== undefined) return proveApiKey(parts, head, apiKey, traced);
  const token = headerOf(head, "authtoken") ?? bearer(head);
  if (token === undefined) throw fail("AUTH_ERR_EMPTY_APIKEY");
  if (token === "") throw fail("AUTH_ERR_EMPTY_AUTH_TOKEN");
  return proveToken(parts, head, token, traced);
}

async function proveApiKey({ identity }: Parts, head: RequestHead, apiKey: string, traced: Traced): Promise<Proved> {
  if (apiKey === "") throw fail("AUTH_ERR_EMPTY_APIKEY");
  const { app, keyId, scope } = await identity.verifyApiKey(
    { apiKey, onBehalfOf: "", appId: headerOf(head, "appid", APP_ID_MAX) ?? "" }, ownContext(appId(""), traced),
  );
  if (app === undefined) throw new Error("identity verified a key without app");
  const isFull = scope === KeyScope.FULL_ACCESS;
  return {
    letter: isFull ? "F" : "A",
    app: appId(app.appId),
    caller: { kind: "apiKey", scope: isFull ? "fullAccess" : "authOnly", keyId },
    countedBy: undefined,
  };
}

async function proveToken({ identity }: Parts, head: RequestHead, token: string, traced: Traced): Promise<Proved> {
  const { app, user, tokenId } = await identity.verifyAuthToken(
    { token, deviceId: "", appId: headerOf(head, "appid", APP_ID_MAX) ?? "" }, ownContext(appId(""), traced),
  );
  if (app === undefined || user === undefined) throw new Error("identity verified a token without app or user");
  return {
    letter: "U",
    app: appId(app.appId),
    caller: { kind: "user", uid: uid(user.uid), tokenId },
    countedBy: { kind: "userToken", key: `${app.appId}/${tokenId}` },
  };
}

/** For `/management/v1`. */
export function proveAdmin({ adminKeys }: Parts, head: RequestHead): Proved {
  const key = headerOf(head, "adminkey") ?? bearer(head);
  if (key === undefined || key === "") throw fail("AUTH_ERR_EMPTY_AUTH_HEADER");
  return { letter: "M", app: appId(""), caller: { kind: "admin" }, countedBy: { kind: "adminKey", key: adminKeys.verify(key) } };
}
