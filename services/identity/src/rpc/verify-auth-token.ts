import { fail } from "@parlance/platform/errors";
import type { VerifyAuthTokenRequest, VerifyAuthTokenResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { assertAppUsable } from "../domain/app.js";
import { isTokenValue } from "../domain/credential.js";
import { isExpired } from "../domain/token.js";
import { isActive } from "../domain/user.js";
import { toApp, toUser } from "../domain/views.js";

type Deps = Pick<IdentityContext, "credentials" | "lastUsed" | "clock" | "config">;

export const verifyAuthToken = ({ credentials, lastUsed, clock, config }: Deps) =>
  async (request: VerifyAuthTokenRequest): Promise<VerifyAuthTokenResponse> => {
    if (request.token === "") throw fail("AUTH_ERR_EMPTY_AUTH_TOKEN");
    const found = isTokenValue(request.token) ? await credentials.token(request.token) : undefined;
    if (found === undefined || !isActive(found.user)) throw fail("AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
    const { app, user, token } = found;
    assertAppUsable(app, request.appId);
    const idleMs = config.identityTokenIdleSeconds * 1_000;
    if (isExpired(token, { nowMs: clock.now(), idleMs })) throw fail("AUTH_ERR_AUTH_TOKEN_EXPIRED");
    const isElsewhere = request.deviceId !== "" && token.deviceId !== "" && request.deviceId !== token.deviceId;
    if (isElsewhere) throw fail("ERR_AUTHTOKEN_UNAVAILABLE");
    lastUsed.note(app.appId, token);
    return {
      app: toApp(app), user: toUser(user, { withPrivate: true }), tokenId: token.tokenId, expiresAtMs: token.expiresAtMs,
    };
  };
