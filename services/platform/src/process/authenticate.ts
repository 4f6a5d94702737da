import {
  KeyScope, type VerifyApiKeyRequest, type VerifyApiKeyResponse, type VerifyAuthTokenRequest, type VerifyAuthTokenResponse,
} from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import { fail } from "../errors/index.js";
import { appId, randomId, uid, type AppId } from "../ids/index.js";
import type { Random } from "../random/index.js";
import { createClient, type Authenticate, type OutgoingContext, type RpcChannel, type Traced } from "../rpc/index.js";

/** The two questions that only identity can answer. */
export interface Verify {
  verifyApiKey(request: VerifyApiKeyRequest, traced?: Traced): Promise<VerifyApiKeyResponse>;
  verifyAuthToken(request: VerifyAuthTokenRequest, traced?: Traced): Promise<VerifyAuthTokenResponse>;
}

/**
 * Proves what callers from outside present; an API key decides when there is a token too (rest.md 2.2). Admin keys are
 * not of an app and not known here.
 */
export function createAuthenticate(verify: Verify): Authenticate {
  return async ({ apiKey, onBehalfOf = "", authToken }, traced) => {
    if (apiKey !== undefined) {
      const { app, keyId, scope, onBehalfOf: user } = await verify.verifyApiKey({ apiKey, onBehalfOf, appId: "" }, traced);
      const actor = user === undefined ? {} : { onBehalfOf: uid(user.uid) };
      const may = scope === KeyScope.FULL_ACCESS ? "fullAccess" : "authOnly";
      return { app: appId(app!.appId), caller: { kind: "apiKey", scope: may, keyId, ...actor } };
    }
    if (authToken === undefined) throw fail("AUTH_ERR_APIKEY_NOT_FOUND");
    const { app, user, tokenId } = await verify.verifyAuthToken({ token: authToken, deviceId: "", appId: "" }, traced);
    return { app: appId(app!.appId), caller: { kind: "user", uid: uid(user!.uid), tokenId } };
  };
}

/** Asks identity over a channel, as the process `peer`. */
export function verifyOver(identity: RpcChannel, peer: string, random: Random): Verify {
  const client = createClient(IdentityServiceService, identity);
  const own = (traced: Traced = { requestId: randomId(random) }): OutgoingContext =>
    ({ app: "" as AppId, caller: { kind: "internal", peer }, ...traced });
  return {
    verifyApiKey: (request, traced) => client.verifyApiKey(request, own(traced)),
    verifyAuthToken: (request, traced) => client.verifyAuthToken(request, own(traced)),
  };
}
