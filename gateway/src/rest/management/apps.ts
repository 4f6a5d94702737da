import { fail } from "@parlance/platform/errors";
import {
  App, AppState, CreateAppRequest, CreateAppResponse, Environment, GetAppRequest, GetAppResponse, KeyScope,
  ListAppsRequest, ListAppsResponse,
} from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService as identity } from "@parlance/proto/identity/v1/identity_service";
import { appEntity } from "../entities/credential.js";
import { arrayOf, refTo } from "../entities/values.js";
import { PAGE, PAGE_META, pageOf, paged, rowsThrough, sliced } from "../paging/page.js";
import { route } from "../routes/route.js";
import { bool, integer, needed, text, word } from "../schema/index.js";
import { NAME, SEARCH_KEY } from "../v3/fields.js";

const APPS_PER_PAGE = 25;
const PER_PAGE_MAX = 1_000;

const app = App.fromPartial({
  appId: "acmechat", name: "Acme", region: "local", environment: Environment.DEVELOPMENT, state: AppState.ACTIVE,
  createdAtMs: 1_767_225_600_000,
});

export const createApp = route({
  number: "R-APP-01", tier: 1, method: "POST", path: "/management/v1/apps", summary: "Makes an app and shows its two keys once.",
  callers: ["M"], rpc: identity.createApp, strict: true,
  body: {
    name: needed(NAME), appId: text({ max: 32, pattern: /^[a-z0-9]{6,32}$/ }),
    environment: word({ development: Environment.DEVELOPMENT, production: Environment.PRODUCTION }, "development"),
    region: text({ max: 32 }), skipSampleData: bool(true),
  },
  toRequest: ({ body }) => {
    if (body.skipSampleData === false) throw fail("ERR_NOT_IMPLEMENTED", "Sample users cannot be made yet.");
    const { name, appId = "", environment = Environment.DEVELOPMENT, region = "" } = body;
    return CreateAppRequest.fromPartial({ name, appId, environment, region });
  },
  toSuccess: ({ app: made, apiKeys }) => ({ data: appEntity(made ?? App.fromPartial({}), apiKeys) }),
  success: { data: refTo("App") },
  errors: ["ERR_ALREADY_EXISTS"],
  example: {
    body: { name: "Acme", appId: "acmechat" },
    response: CreateAppResponse.fromPartial({
      app, apiKeys: [
        { name: "Auth Key", scope: KeyScope.AUTH_ONLY, value: "0a".repeat(20), createdAtMs: 1_767_225_600_000, prefix: "0a0a0a" },
      ],
    }),
  },
});

export const listApps = route({
  number: "R-APP-02", tier: 1, method: "GET", path: "/management/v1/apps", summary: "Lists apps by creation.",
  callers: ["M"], rpc: identity.listApps, strict: true,
  query: { page: PAGE.page, perPage: integer({ min: 1, max: PER_PAGE_MAX, limit: true, default: APPS_PER_PAGE }), searchKey: SEARCH_KEY },
  later: ["state"],
  toRequest: ({ query }) => ListAppsRequest.fromPartial({
    searchKey: query.searchKey ?? "", pageSize: rowsThrough(pageOf(query, APPS_PER_PAGE)),
  }),
  toSuccess: ({ apps, nextPageToken }, { query }) => {
    const page = pageOf(query, APPS_PER_PAGE);
    const { rows, total } = sliced(apps, page, nextPageToken === "");
    return paged(rows.map((each) => appEntity(each)), page, total);
  },
  success: { data: arrayOf(refTo("App")), meta: PAGE_META },
  example: { query: "searchKey=ac", response: ListAppsResponse.fromPartial({ apps: [app] }) },
});

export const getApp = route({
  number: "R-APP-03", tier: 1, method: "GET", path: "/management/v1/apps/{appId}", summary: "Answers an app.",
  callers: ["M"], rpc: identity.getApp, strict: true,
  toRequest: ({ params }) => GetAppRequest.fromPartial({ appId: params.appId }),
  toSuccess: (response) => ({ data: appEntity(response.app ?? App.fromPartial({})) }),
  success: { data: refTo("App") },
  errors: ["ERR_APP_NOT_FOUND"],
  example: { params: { appId: "acmechat" }, response: GetAppResponse.fromPartial({ app }) },
});
