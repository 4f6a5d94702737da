import { fail } from "@parlance/platform/errors";
import { uid } from "@parlance/platform/ids";
import type { User, VerifyApiKeyRequest, VerifyApiKeyResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { isKeyUsable } from "../domain/api-key.js";
import { assertAppUsable, type AppRecord } from "../domain/app.js";
import { isKeyValue } from "../domain/credential.js";
import { isActive } from "../domain/user.js";
import { toApp, toScope, toUser } from "../domain/views.js";

type Deps = Pick<IdentityContext, "credentials">;

export const verifyApiKey = ({ credentials }: Deps) =>
  async (request: VerifyApiKeyRequest): Promise<VerifyApiKeyResponse> => {
    if (request.apiKey === "") throw fail("AUTH_ERR_EMPTY_APIKEY");
    const found = isKeyValue(request.apiKey) ? await credentials.key(request.apiKey) : undefined;
    if (found === undefined) throw fail("AUTH_ERR_APIKEY_NOT_FOUND");
    const { app, key } = found;
    assertAppUsable(app, request.appId);
    if (!isKeyUsable(key, app)) throw fail("AUTH_ERR_NO_ACCESS");
    // A key that may not act for anybody is not told who exists either.
    const onBehalfOf = key.fullAccess ? await actingUser(credentials, app, request.onBehalfOf) : undefined;
    return { app: toApp(app), keyId: key.keyId, scope: toScope(key), onBehalfOf };
  };

async function actingUser(
  credentials: Deps["credentials"], app: AppRecord, named: string,
): Promise<User | undefined> {
  if (named === "") return undefined;
  const user = await credentials.user(app.appId, uid(named));
  if (user === undefined || !isActive(user)) throw fail("ERR_UID_NOT_FOUND");
  return toUser(user);
}
