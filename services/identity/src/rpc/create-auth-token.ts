import { fail } from "@parlance/platform/errors";
import { uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { CreateAuthTokenRequest, CreateAuthTokenResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { issueToken } from "../domain/token.js";
import { toAuthToken } from "../domain/views.js";

type Deps = Pick<IdentityContext, "tokens" | "credentials" | "clock" | "random" | "config">;

export const createAuthToken = ({ tokens, credentials, clock, random, config }: Deps) =>
  async (request: CreateAuthTokenRequest, { app }: CallContext): Promise<CreateAuthTokenResponse> => {
    const nowMs = clock.now();
    const { deviceId, platform, appInfoJson, userAgent } = request;
    const { token, value } = issueToken({
      uid: uid(request.uid), nowMs, random, ttlSeconds: request.expiresInSeconds || config.identityTokenTtlSeconds,
      device: { deviceId, platform, appInfoJson, userAgent },
    });
    const rules = { nowMs, idleMs: config.identityTokenIdleSeconds * 1_000, liveMax: config.identityTokensMax };
    if (!await tokens.add(app, token, rules)) throw fail("ERR_UID_NOT_FOUND");
    // One more may have been one too many for an older one.
    credentials.forgetUser(app, token.uid);
    return { authToken: toAuthToken(token, { value }) };
  };
