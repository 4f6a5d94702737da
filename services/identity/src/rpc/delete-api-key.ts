import { fail } from "@parlance/platform/errors";
import { keyId } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { DeleteApiKeyRequest, DeleteApiKeyResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { hashOf, keyIdOf } from "../domain/credential.js";

type Deps = Pick<IdentityContext, "keys" | "credentials">;

export const deleteApiKey = ({ keys, credentials }: Deps) =>
  async ({ keyId: named }: DeleteApiKeyRequest, { app, caller }: CallContext): Promise<DeleteApiKeyResponse> => {
    // Handles and values look alike, and REST takes either.
    const ids = [keyId(named), keyIdOf(hashOf(named))];
    if (caller.kind === "apiKey" && ids.some((id) => id === caller.keyId)) throw fail("ERR_APIKEY_NO_SELF_ACTION");
    const removed = await keys.remove(app, ids);
    credentials.forgetKeys(app);
    if (!removed) throw fail("ERR_APIKEY_NOT_FOUND");
    return {};
  };
