import { fail } from "@parlance/platform/errors";
import type { CallContext } from "@parlance/platform/rpc";
import { KeyScope, type CreateApiKeyRequest, type CreateApiKeyResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { KEY_BYTES, keyFrom } from "../domain/credential.js";
import { toApiKey } from "../domain/views.js";

type Deps = Pick<IdentityContext, "keys" | "clock" | "random" | "config">;

export const createApiKey = ({ keys, clock, random, config }: Deps) =>
  async (request: CreateApiKeyRequest, { app }: CallContext): Promise<CreateApiKeyResponse> => {
    const { value, hash, keyId, prefix } = keyFrom(random.bytes(KEY_BYTES));
    const fullAccess = request.scope === KeyScope.FULL_ACCESS;
    const key = { keyId, hash, prefix, name: request.name, fullAccess, createdAtMs: clock.now() };
    const limit = config.identityKeysMax;
    if (!await keys.add(app, key, limit)) throw fail("ERR_PLAN_QUOTA_RESTRICTION", undefined, { params: { limit } });
    return { apiKey: toApiKey(key, value) };
  };
