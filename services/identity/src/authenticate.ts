import { fail } from "@parlance/platform/errors";
import { appId, normaliseId, uid, type AppId } from "@parlance/platform/ids";
import type { Caller } from "@parlance/platform/rpc";
import { KeyScope } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "./context.js";
import { verifyApiKey } from "./rpc/verify-api-key.js";
import { verifyAuthToken } from "./rpc/verify-auth-token.js";

/** What a caller presents; an API key decides when there is a token too (rest.md 2.2). */
export interface PresentedCredentials {
  readonly apiKey?: string | undefined;
  readonly onBehalfOf?: string | undefined;
  readonly authToken?: string | undefined;
}

export interface Authenticated {
  readonly app: AppId;
  readonly caller: Caller;
}

export type Authenticate = (presented: PresentedCredentials) => Promise<Authenticated>;

type Deps = Pick<IdentityContext, "credentials" | "lastUsed" | "clock" | "config">;

export function createAuthenticate(deps: Deps): Authenticate {
  const [verifyKey, verifyToken] = [verifyApiKey(deps), verifyAuthToken(deps)];
  return async ({ apiKey, onBehalfOf = "", authToken }) => {
    if (apiKey !== undefined) {
      const named = idOrNothing(onBehalfOf);
      const { app, keyId, scope, onBehalfOf: user } = await verifyKey({ apiKey, onBehalfOf: named, appId: "" });
      const actor = user === undefined ? {} : { onBehalfOf: uid(user.uid) };
      const may = scope === KeyScope.FULL_ACCESS ? "fullAccess" : "authOnly";
      return { app: appId(app!.appId), caller: { kind: "apiKey", scope: may, keyId, ...actor } };
    }
    if (authToken === undefined) return { app: appId(""), caller: { kind: "anonymous" } };
    const { app, user, tokenId } = await verifyToken({ token: authToken, deviceId: "", appId: "" });
    return { app: appId(app!.appId), caller: { kind: "user", uid: uid(user!.uid), tokenId } };
  };
}

function idOrNothing(named: string): string {
  const id = named === "" ? "" : normaliseId(named);
  if (id === undefined) throw fail("ERR_BAD_REQUEST", undefined, { fields: { onBehalfOf: "is not an id" } });
  return id;
}
