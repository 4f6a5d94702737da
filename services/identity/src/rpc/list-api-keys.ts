import type { CallContext } from "@parlance/platform/rpc";
import type { ListApiKeysRequest, ListApiKeysResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { toApiKey } from "../domain/views.js";

type Deps = Pick<IdentityContext, "keys">;

export const listApiKeys = ({ keys }: Deps) =>
  async (_request: ListApiKeysRequest, { app }: CallContext): Promise<ListApiKeysResponse> => {
    const all = await keys.list(app);
    return { apiKeys: all.map((key) => toApiKey(key)) };
  };
