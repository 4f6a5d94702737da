import { fail } from "@parlance/platform/errors";
import type { CallContext } from "@parlance/platform/rpc";
import type { DeleteAuthTokensRequest, DeleteAuthTokensResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { ownOrNamed } from "../domain/acting.js";

type Deps = Pick<IdentityContext, "users" | "tokens" | "credentials" | "clock">;

export const deleteAuthTokens = ({ users, tokens, credentials, clock }: Deps) =>
  async (request: DeleteAuthTokensRequest, context: CallContext): Promise<DeleteAuthTokensResponse> => {
    const { app } = context;
    const uid = ownOrNamed(request.uid, context);
    if (await users.get(app, uid) === undefined) throw fail("ERR_UID_NOT_FOUND");
    await tokens.removeAll(app, uid, clock.now());
    credentials.forgetUser(app, uid);
    return {};
  };
