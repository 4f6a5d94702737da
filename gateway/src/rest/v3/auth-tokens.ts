import {
  AuthToken, CreateAuthTokenRequest, CreateAuthTokenResponse, DeleteAuthTokenRequest, DeleteAuthTokenResponse, DeleteAuthTokensRequest,
  DeleteAuthTokensResponse, ListAuthTokensRequest, ListAuthTokensResponse,
} from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService as identity } from "@parlance/proto/identity/v1/identity_service";
import { authTokenEntity } from "../entities/credential.js";
import { arrayOf, refTo } from "../entities/values.js";
import { PAGE, PAGE_META, pageOf, paged } from "../paging/page.js";
import { ACK, ack } from "../routes/ack.js";
import { route } from "../routes/route.js";
import { bool, integer, json, text } from "../schema/index.js";

const LIFE_MAX_SECONDS = 315_360_000;
const APP_INFO_BYTES_MAX = 2_048;

const token = AuthToken.fromPartial({ tokenId: "alice_1767225600aa", uid: "alice", createdAtMs: 1_767_225_600_000 });

export const createAuthToken = route({
  number: "R-T-01", tier: 1, method: "POST", path: "/users/{uid}/auth_tokens", summary: "Makes a token of a user and shows its value once.",
  callers: ["F", "A"], rpc: identity.createAuthToken,
  body: {
    force: bool(), deviceId: text({ max: 100 }), platform: text({ max: 50 }), appInfo: json(APP_INFO_BYTES_MAX),
    expiresInSeconds: integer({ min: 0, max: LIFE_MAX_SECONDS }),
  },
  toRequest: ({ params, body }) => CreateAuthTokenRequest.fromPartial({
    uid: params.uid, deviceId: body.deviceId ?? "", platform: body.platform ?? "", appInfoJson: body.appInfo ?? "",
    expiresInSeconds: body.expiresInSeconds ?? 0,
  }),
  toSuccess: ({ authToken }) => ({ data: authTokenEntity(authToken ?? AuthToken.fromPartial({})) }),
  success: { data: refTo("AuthToken") },
  errors: ["ERR_UID_NOT_FOUND"],
  example: {
    params: { uid: "alice" }, body: { platform: "web" },
    response: CreateAuthTokenResponse.fromPartial({ authToken: { ...token, value: "alice_1767225600bb", platform: "web" } }),
  },
});

export const listAuthTokens = route({
  number: "R-T-02", tier: 1, method: "GET", path: "/users/{uid}/auth_tokens", summary: "Lists live tokens of a user, newest first.",
  callers: ["F", "U"], ownUserOnly: true, rpc: identity.listAuthTokens,
  query: PAGE,
  toRequest: ({ params, query }) => {
    const { offset, perPage } = pageOf(query);
    return ListAuthTokensRequest.fromPartial({ uid: params.uid, pageSize: perPage, offset });
  },
  toSuccess: ({ authTokens, total }, { query }) => paged(authTokens.map(authTokenEntity), pageOf(query), total),
  success: { data: arrayOf(refTo("AuthToken")), meta: PAGE_META },
  errors: ["ERR_UID_NOT_FOUND"],
  example: {
    params: { uid: "alice" }, query: "perPage=10", response: ListAuthTokensResponse.fromPartial({ authTokens: [token], total: 1 }),
  },
});

export const deleteAuthTokens = route({
  number: "R-T-03", tier: 1, method: "DELETE", path: "/users/{uid}/auth_tokens", summary: "Logs every device of a user out.",
  callers: ["F", "U"], ownUserOnly: true, rpc: identity.deleteAuthTokens,
  toRequest: ({ params }) => DeleteAuthTokensRequest.fromPartial({ uid: params.uid }),
  toSuccess: () => ack("All auth tokens of the user are deleted."),
  success: ACK,
  errors: ["ERR_UID_NOT_FOUND"],
  example: { params: { uid: "alice" }, response: DeleteAuthTokensResponse.fromPartial({}) },
});

export const deleteAuthToken = route({
  number: "R-T-06", tier: 1, method: "DELETE", path: "/users/{uid}/auth_tokens/{authToken}", summary: "Logs one device of a user out.",
  callers: ["F", "U"], ownUserOnly: true, rpc: identity.deleteAuthToken,
  toRequest: ({ params }) => DeleteAuthTokenRequest.fromPartial({ uid: params.uid, token: params.authToken }),
  toSuccess: () => ack("The auth token is deleted."),
  success: ACK,
  errors: ["ERR_UID_NOT_FOUND", "ERR_AUTH_TOKEN_NOT_FOUND", "ERR_AUTHTOKEN_NOT_ACCESSIBLE"],
  example: { params: { uid: "alice", authToken: token.tokenId }, response: DeleteAuthTokenResponse.fromPartial({}) },
});

export const logout = route({
  number: "R-T-08", tier: 1, method: "DELETE", path: "/me/session", summary: "Ends the token in use.",
  callers: ["U"], rpc: identity.deleteAuthToken,
  toRequest: () => DeleteAuthTokenRequest.fromPartial({}),
  toSuccess: () => ack("Logged out."),
  success: ACK,
  example: { response: DeleteAuthTokenResponse.fromPartial({}) },
});
