import {
  ApiKey, CreateApiKeyRequest, CreateApiKeyResponse, DeleteApiKeyRequest, DeleteApiKeyResponse, KeyScope, ListApiKeysRequest,
  ListApiKeysResponse,
} from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService as identity } from "@parlance/proto/identity/v1/identity_service";
import { apiKeyEntity } from "../entities/credential.js";
import { arrayOf, refTo } from "../entities/values.js";
import { PAGE, PAGE_META, pageOf, paged, sliced } from "../paging/page.js";
import { ACK, ack } from "../routes/ack.js";
import { route } from "../routes/route.js";
import { needed, word } from "../schema/index.js";
import { NAME, SEARCH_KEY } from "./fields.js";

const HANDLE_CHARACTERS = 40;
const SCOPES = { authOnly: KeyScope.AUTH_ONLY, fullAccess: KeyScope.FULL_ACCESS };

const key = ApiKey.fromPartial({
  keyId: "3f1c9a".padEnd(HANDLE_CHARACTERS, "0"), name: "Mobile", scope: KeyScope.AUTH_ONLY,
  createdAtMs: 1_767_225_600_000, prefix: "9b2d11",
});

export const createApiKey = route({
  number: "R-K-01", tier: 1, method: "POST", path: "/apikeys", summary: "Makes a key and shows its value once.",
  callers: ["F"], rpc: identity.createApiKey,
  body: { name: needed(NAME), scope: word(SCOPES, "authOnly") },
  toRequest: ({ body }) => CreateApiKeyRequest.fromPartial({ name: body.name, scope: body.scope ?? KeyScope.AUTH_ONLY }),
  toSuccess: ({ apiKey }) => ({ data: apiKeyEntity(apiKey ?? ApiKey.fromPartial({})) }),
  success: { data: refTo("ApiKey") },
  errors: ["ERR_PLAN_QUOTA_RESTRICTION"],
  example: {
    body: { name: "Mobile" }, response: CreateApiKeyResponse.fromPartial({
      apiKey: { ...key, value: "9b2d11".padEnd(HANDLE_CHARACTERS, "0") },
    }),
  },
});

/** An app has few keys and the RPC answers them all, so filter and page are made here. */
export const listApiKeys = route({
  number: "R-K-02", tier: 1, method: "GET", path: "/apikeys", summary: "Lists the keys of the app by handle.",
  callers: ["F"], rpc: identity.listApiKeys,
  query: { ...PAGE, scope: word(SCOPES), searchKey: SEARCH_KEY },
  toRequest: () => ListApiKeysRequest.fromPartial({}),
  toSuccess: ({ apiKeys }, { query }) => {
    const page = pageOf(query);
    const wanted = apiKeys.filter(({ scope, name }) =>
      (query.scope === undefined || scope === query.scope) && begins(name, query.searchKey ?? ""));
    const { rows, total } = sliced(wanted, page, true);
    return paged(rows.map(apiKeyEntity), page, total);
  },
  success: { data: arrayOf(refTo("ApiKey")), meta: PAGE_META },
  example: { query: "scope=authOnly", response: ListApiKeysResponse.fromPartial({ apiKeys: [key] }) },
});

/** Beginning of the name or of one of its words. */
function begins(name: string, searchKey: string): boolean {
  const [lower, wanted] = [name.toLowerCase(), searchKey.toLowerCase()];
  return lower.startsWith(wanted) || lower.includes(` ${wanted}`);
}

export const deleteApiKey = route({
  number: "R-K-05", tier: 1, method: "DELETE", path: "/apikeys/{apiKey}", summary: "Ends a key at once.",
  callers: ["F"], rpc: identity.deleteApiKey,
  toRequest: ({ params }) => DeleteApiKeyRequest.fromPartial({ keyId: params.apiKey }),
  toSuccess: () => ack("The API key is deleted."),
  success: ACK,
  errors: ["ERR_APIKEY_NOT_FOUND", "ERR_APIKEY_NO_SELF_ACTION"],
  example: { params: { apiKey: key.keyId }, response: DeleteApiKeyResponse.fromPartial({}) },
});
