import { fail } from "@parlance/platform/errors";
import { uid } from "@parlance/platform/ids";
import { cutPage, encodeToken, folded, offsetOf, pageSizeOf, pageStart } from "@parlance/platform/paging";
import type { CallContext } from "@parlance/platform/rpc";
import {
  UserSort, UserStatus, type ListUsersRequest, type ListUsersResponse,
} from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import type { UserRecord } from "../domain/user.js";
import { toUser } from "../domain/views.js";
import type { UserFilter, UserOrder, UserPosition } from "../store/ports.js";

type Deps = Pick<IdentityContext, "users">;

const PAGE = { default: 30, max: 1_000 };

export const listUsers = ({ users }: Deps) =>
  async (request: ListUsersRequest, context: CallContext): Promise<ListUsersResponse> => {
    const { app, isServer } = context;
    const pageSize = pageSizeOf(request.pageSize, PAGE);
    const filter = filterOf(request, context);
    const order = orderOf(request.sort, isServer);
    const after = positionOf(request.pageToken, order);
    const { descending } = request;
    const [rows, total] = await Promise.all([
      users.list(app, { ...filter, order, descending, after, offset: offsetOf(request.offset), limit: pageSize + 1 }),
      request.withTotal ? users.count(app, filter) : 0,
    ]);
    const { page, more } = cutPage(rows, pageSize);
    const last = page.at(-1);
    return {
      users: page.map((user) => toUser(user, { withPrivate: isServer, withTags: request.withTags })),
      nextPageToken: more && last !== undefined ? tokenOf(last, order) : "",
      total,
    };
  };

/** The viewer never appears, and only the server sees deactivated users. */
function filterOf(request: ListUsersRequest, { actor, isServer }: CallContext): UserFilter {
  const { roles, tags, uids } = request;
  return {
    searchKey: folded(request.searchKey),
    searchIn: request.searchIn.map(searchedField),
    online: request.status === UserStatus.UNSPECIFIED ? undefined : request.status === UserStatus.ONLINE,
    roles,
    tags,
    uids,
    viewer: isServer ? undefined : actor,
    withDeactivated: isServer && request.withDeactivated,
  };
}

function searchedField(field: string): "uid" | "name" {
  if (field === "uid" || field === "name") return field;
  throw fail("ERR_BAD_REQUEST", undefined, { fields: { searchIn: "knows uid and name" } });
}

function orderOf(sort: UserSort, isServer: boolean): UserOrder {
  switch (sort) {
    case UserSort.UNSPECIFIED: return isServer ? "createdAt" : "status";
    case UserSort.NAME: return "name";
    case UserSort.UID: return "uid";
    case UserSort.CREATED_AT: return "createdAt";
  }
}

function tokenOf(user: UserRecord, order: UserOrder): string {
  return encodeToken([order, user.online ? 1 : 0, folded(user.name), user.createdAtMs, user.uid]);
}

function positionOf(token: string, order: UserOrder): UserPosition | undefined {
  const start = pageStart(token, "string", "number", "string", "number", "string");
  if (start === undefined) return undefined;
  const [madeFor, online, foldedName, createdAtMs, last] = start;
  if (madeFor !== order) throw fail("ERR_BAD_REQUEST", undefined, { fields: { pageToken: "is of another order" } });
  return { online: online === 1, foldedName, createdAtMs, uid: uid(last) };
}
