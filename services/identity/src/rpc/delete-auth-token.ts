import { fail } from "@parlance/platform/errors";
import { tokenId, type TokenId } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { DeleteAuthTokenRequest, DeleteAuthTokenResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { ownOrNamed } from "../domain/acting.js";
import { tokenIdOf } from "../domain/credential.js";
import { CLOSE_LOGGED_OUT, CLOSE_REVOKED } from "../domain/token.js";

type Deps = Pick<IdentityContext, "tokens" | "credentials" | "clock" | "config">;

export const deleteAuthToken = ({ tokens, credentials, clock, config }: Deps) =>
  async (request: DeleteAuthTokenRequest, context: CallContext): Promise<DeleteAuthTokenResponse> => {
    const { app } = context;
    const uid = ownOrNamed(request.uid, context);
    const ids = idsOf(request.token, context);
    const isLogout = context.caller.kind === "user" && ids.some((id) => id === currentToken(context));
    if (!isLogout && !context.isServer && !config.identityUserRevocation) throw fail("ERR_PERMISSION_DENIED");
    const closeCode = isLogout ? CLOSE_LOGGED_OUT : CLOSE_REVOKED;
    const outcome = await tokens.remove(app, { uid, ids, closeCode, atMs: clock.now() });
    credentials.forgetUser(app, uid);
    switch (outcome) {
      case "removed": return {};
      case "foreign": throw fail("ERR_AUTHTOKEN_NOT_ACCESSIBLE");
      case "unknown": throw fail("ERR_AUTH_TOKEN_NOT_FOUND");
    }
  };

function currentToken({ caller }: CallContext): string | undefined {
  return caller.kind === "user" ? caller.tokenId : undefined;
}

/** A token is named by its handle or its value; the one of the call is meant by none. */
function idsOf(named: string, context: CallContext): TokenId[] {
  const name = named === "" ? currentToken(context) : named;
  if (name === undefined) throw fail("ERR_BAD_REQUEST", undefined, { fields: { token: "is required" } });
  const ofValue = tokenIdOf(name);
  return ofValue === undefined ? [tokenId(name)] : [ofValue];
}
