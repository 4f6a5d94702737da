import { guid, type Guid } from "@parlance/platform/ids";
import { cutPage, encodeToken, folded, offsetOf, pageSizeOf, pageStart } from "@parlance/platform/paging";
import type { CallContext } from "@parlance/platform/rpc";
import type { ListGroupsRequest, ListGroupsResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { toGroup } from "../domain/views.js";
import type { GroupFilter, NamePosition } from "../store/ports.js";

type Deps = Pick<GroupContext, "groups">;

const PAGE = { default: 30, max: 1_000 };

export const listGroups = ({ groups }: Deps) =>
  async (request: ListGroupsRequest, context: CallContext): Promise<ListGroupsResponse> => {
    const { app } = context;
    const pageSize = pageSizeOf(request.pageSize, PAGE);
    const after = positionOf(request.pageToken);
    const offset = after === undefined ? offsetOf(request.offset) : 0;
    const filter = filterOf(request, context);
    const [rows, total] = await Promise.all([
      groups.list(app, { ...filter, after, offset, limit: pageSize + 1 }),
      request.withTotal ? groups.count(app, filter) : 0,
    ]);
    const { page, more } = cutPage(rows, pageSize);
    const last = page.at(-1)?.group;
    return {
      groups: page.map(({ group, ...viewer }) => toGroup(group, { ...viewer, withTags: request.withTags })),
      nextPageToken: more && last !== undefined ? encodeToken([folded(last.name), last.guid]) : "",
      total,
    };
  };

/** The server is in no group, and sees all. */
function filterOf(request: ListGroupsRequest, { actor, isServer }: CallContext): GroupFilter {
  const { joinedOnly, tags, types } = request;
  const viewer = isServer ? undefined : actor;
  return { viewer, joinedOnly: joinedOnly && !isServer, searchKey: folded(request.searchKey), tags, types };
}

function positionOf(token: string): NamePosition | undefined {
  const start = pageStart(token, "string", "string");
  return start && { foldedName: start[0], id: guid(start[1]) satisfies Guid };
}
