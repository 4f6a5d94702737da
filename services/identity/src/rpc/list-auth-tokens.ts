import { fail } from "@parlance/platform/errors";
import { offsetOf, pageSizeOf } from "@parlance/platform/paging";
import type { CallContext } from "@parlance/platform/rpc";
import type { ListAuthTokensRequest, ListAuthTokensResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { ownOrNamed } from "../domain/acting.js";
import { toAuthToken } from "../domain/views.js";

type Deps = Pick<IdentityContext, "users" | "tokens" | "clock" | "config">;

export const listAuthTokens = ({ users, tokens, clock, config }: Deps) =>
  async (request: ListAuthTokensRequest, context: CallContext): Promise<ListAuthTokensResponse> => {
    const { app, caller } = context;
    const uid = ownOrNamed(request.uid, context);
    const [user, live] = await Promise.all([
      users.get(app, uid),
      tokens.list(app, {
        uid, nowMs: clock.now(), idleMs: config.identityTokenIdleSeconds * 1_000,
        offset: offsetOf(request.offset), limit: pageSizeOf(request.pageSize),
      }),
    ]);
    if (user === undefined) throw fail("ERR_UID_NOT_FOUND");
    const current = caller.kind === "user" ? caller.tokenId : undefined;
    return {
      authTokens: live.tokens.map((token) => toAuthToken(token, { current: token.tokenId === current })),
      total: live.total,
    };
  };
