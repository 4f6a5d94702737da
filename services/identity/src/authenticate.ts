import { fail } from "@parlance/platform/errors";
import { appId, uid } from "@parlance/platform/ids";
import type { Authenticate } from "@parlance/platform/rpc";
import { KeyScope } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "./context.js";
import { verifyApiKey } from "./rpc/verify-api-key.js";
import { verifyAuthToken } from "./rpc/verify-auth-token.js";

type Deps = Pick<IdentityContext, "credentials" | "lastUsed" | "clock" | "config">;

/**
 * Proves what callers from outside present; an API key decides when there is a token too (rest.md 2.2). Admin keys are
 * not of an app and not known here.
 */
export function createAuthenticate(deps: Deps): Authenticate {
  const [verifyKey, verifyToken] = [verifyApiKey(deps), verifyAuthToken(deps)];
  return async ({ apiKey, onBehalfOf = "", authToken }) => {
    if (apiKey !== undefined) {
      const { app, keyId, scope, onBehalfOf: user } = await verifyKey({ apiKey, onBehalfOf, appId: "" });
      const actor = user === undefined ? {} : { onBehalfOf: uid(user.uid) };
      const may = scope === KeyScope.FULL_ACCESS ? "fullAccess" : "authOnly";
      return { app: appId(app!.appId), caller: { kind: "apiKey", scope: may, keyId, ...actor } };
    }
    if (authToken === undefined) throw fail("AUTH_ERR_APIKEY_NOT_FOUND");
    const { app, user, tokenId } = await verifyToken({ token: authToken, deviceId: "", appId: "" });
    return { app: appId(app!.appId), caller: { kind: "user", uid: uid(user!.uid), tokenId } };
  };
}
