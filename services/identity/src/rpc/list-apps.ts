import { appId } from "@parlance/platform/ids";
import { cutPage, encodeToken, folded, pageSizeOf, pageStart } from "@parlance/platform/paging";
import type { ListAppsRequest, ListAppsResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { toApp } from "../domain/views.js";

type Deps = Pick<IdentityContext, "apps">;

const PAGE = { default: 25, max: 1_000 };

export const listApps = ({ apps }: Deps) => async (request: ListAppsRequest): Promise<ListAppsResponse> => {
  const pageSize = pageSizeOf(request.pageSize, PAGE);
  const start = pageStart(request.pageToken, "number", "string");
  const after = start && { createdAtMs: start[0], appId: appId(start[1]) };
  const rows = await apps.list({ searchKey: folded(request.searchKey), after, limit: pageSize + 1 });
  const { page, more } = cutPage(rows, pageSize);
  const last = page.at(-1);
  return {
    apps: page.map(toApp),
    nextPageToken: more && last !== undefined ? encodeToken([last.createdAtMs, last.appId]) : "",
  };
};
