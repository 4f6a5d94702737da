import {
  CreateUserRequest, CreateUserResponse, DeactivateUsersRequest, DeactivateUsersResponse, GetUserRequest, GetUserResponse, ListUsersRequest,
  ListUsersResponse, UpdateUserRequest, UpdateUserResponse, User, UserSort, UserStatus,
} from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService as identity } from "@parlance/proto/identity/v1/identity_service";
import { userEntity } from "../entities/user.js";
import { COUNT, STRINGS, arrayOf, entity, present, refTo } from "../entities/values.js";
import { CURSOR, CURSORED_META, CURSORED_PAGE, cursored, pageOf, paged } from "../paging/page.js";
import { route } from "../routes/route.js";
import { bool, id, list, needed, word, type Values } from "../schema/index.js";
import { FILTER_IDS, LINK, METADATA, NAME, NOTE, SEARCH_KEY, TAGS, uids } from "./fields.js";

const alice = User.fromPartial({
  uid: "alice", name: "Alice", role: "default", status: UserStatus.OFFLINE, createdAtMs: 1_767_225_600_000, tags: ["vip"],
});

export const createUser = route({
  number: "R-U-01", tier: 1, method: "POST", path: "/users", summary: "Makes a user.",
  callers: ["F", "A"], rpc: identity.createUser,
  body: {
    uid: needed(id()), name: needed(NAME), avatar: LINK, link: LINK, role: id(), statusMessage: NOTE, metadata: METADATA, tags: TAGS,
    withAuthToken: bool(false),
  },
  toRequest: ({ body: { metadata = "", tags = [], ...body } }) =>
    CreateUserRequest.fromPartial({ ...present(body), metadataJson: metadata, tags: [...tags] }),
  toSuccess: ({ user, authToken }) => ({
    data: userEntity(user ?? User.fromPartial({}), { tags: true, ...(authToken === undefined ? {} : { authToken: authToken.value }) }),
  }),
  success: { data: refTo("User") },
  errors: ["ERR_UID_ALREADY_EXISTS", "ERR_ROLE_NOT_FOUND"],
  example: {
    body: { uid: "alice", name: "Alice", tags: ["vip"], metadata: { plan: "free" } },
    response: CreateUserResponse.fromPartial({ user: alice }),
  },
});

const STATUS = word({ available: UserStatus.ONLINE, online: UserStatus.ONLINE, offline: UserStatus.OFFLINE });

export const listUsers = route({
  number: "R-U-02", tier: 1, method: "GET", path: "/users", summary: "Lists users.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: identity.listUsers,
  query: {
    ...CURSORED_PAGE,
    searchKey: SEARCH_KEY, searchIn: list(
      word({ uid: "uid", name: "name" }), { max: 2 },
    ), status: list(STATUS, { max: 3 }), count: bool(false),
    role: id(), roles: FILTER_IDS, withTags: bool(false), tags: TAGS, withDeactivated: bool(false), uids: FILTER_IDS,
    sortBy: word({ status: UserSort.UNSPECIFIED, name: UserSort.NAME, uid: UserSort.UID, createdAt: UserSort.CREATED_AT }),
    sortOrder: word({ asc: false, desc: true }, "asc"),
  },
  later: ["updatedAt", "onlyDeactivated", "createdAt", "friendsOnly", "hideBlockedUsers"],
  toRequest: ({ query }) => {
    const { offset, perPage } = pageOf(query);
    const roles = [...(query.roles ?? []), ...(query.role === undefined ? [] : [query.role])];
    return ListUsersRequest.fromPartial({
      searchKey: query.searchKey ?? "", searchIn: [...(query.searchIn ?? [])], status: onlyStatus(query.status),
      roles, tags: [...(query.tags ?? [])],
      withTags: query.withTags ?? false, uids: [...(query.uids ?? [])], sort: query.sortBy ?? UserSort.UNSPECIFIED,
      descending: query.sortOrder ?? false, withDeactivated: query.withDeactivated ?? false, pageSize: query.count === true ? 1 : perPage, offset, withTotal: true,
    });
  },
  toSuccess: ({ users, total }, { query }) => query.count === true
    ? { data: { count: total } }
    : cursored(paged(users.map((user) => userEntity(user)), pageOf(query), total), { beside: true }),
  success: {
    data: { anyOf: [arrayOf(refTo("User")), entity({ count: COUNT }, ["count"])] }, meta: CURSORED_META, cursor: CURSOR,
  },
  example: { query: "searchKey=al&status=available&perPage=20", response: ListUsersResponse.fromPartial({ users: [alice], total: 1 }) },
});

/** Both statuses are no filter. */
function onlyStatus(statuses: readonly UserStatus[] = []): UserStatus {
  const asked = new Set(statuses);
  return asked.size === 1 ? [...asked][0] ?? UserStatus.UNSPECIFIED : UserStatus.UNSPECIFIED;
}

export const deactivateUsers = route({
  number: "R-U-04", tier: 1, method: "DELETE", path: "/users", summary: "Deactivates users.",
  callers: ["F"], rpc: identity.deactivateUsers,
  body: { uidsToDeactivate: needed(uids({ min: 1 })) },
  toRequest: ({ body }) => DeactivateUsersRequest.fromPartial({ uids: [...body.uidsToDeactivate] }),
  toSuccess: ({ deactivated, alreadyDeactivated, notFound }) => ({
    data: present({
      deactivatedUids: deactivated, alreadyDeactivatedUids: unlessEmpty(alreadyDeactivated), notFound: unlessEmpty(notFound),
    }),
  }),
  success: { data: entity({ deactivatedUids: STRINGS, alreadyDeactivatedUids: STRINGS, notFound: STRINGS }, ["deactivatedUids"]) },
  example: { body: { uidsToDeactivate: ["bob"] }, response: DeactivateUsersResponse.fromPartial({ deactivated: ["bob"] }) },
});

function unlessEmpty(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values;
}

export const getUser = route({
  number: "R-U-05", tier: 1, method: "GET", path: "/users/{uid}", summary: "Answers a user.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: identity.getUser,
  toRequest: ({ params }) => GetUserRequest.fromPartial({ uid: params.uid }),
  toSuccess: ({ user }) => ({ data: userEntity(user ?? User.fromPartial({})) }),
  success: { data: refTo("User") },
  errors: ["ERR_UID_NOT_FOUND"],
  example: { params: { uid: "alice" }, response: GetUserResponse.fromPartial({ user: alice }) },
});

const PROFILE = {
  name: NAME, avatar: LINK, link: LINK, statusMessage: NOTE, metadata: METADATA, tags: TAGS,
  unset: list(word({ avatar: "avatar", link: "link", metadata: "metadata" }), { max: 3 }),
};

function profileChange(body: Values<typeof PROFILE>): Omit<UpdateUserRequest, "uid" | "role"> {
  const { metadata, tags, unset, ...plain } = body;
  return UpdateUserRequest.fromPartial({
    ...present(plain), ...present({ metadataJson: metadata }), tags: [...(tags ?? [])],
    replaceTags: tags !== undefined, unset: [...(unset ?? [])],
  });
}

export const updateUser = route({
  number: "R-U-06", tier: 1, method: "PUT", path: "/users/{uid}", summary: "Changes given fields of a user.",
  callers: ["F", "A"], rpc: identity.updateUser,
  body: { ...PROFILE, role: id() },
  toRequest: ({ params, body: { role, ...profile } }) => ({ ...profileChange(profile), uid: params.uid, role }),
  toSuccess: ({ user }) => ({ data: userEntity(user ?? User.fromPartial({}), { tags: true }) }),
  success: { data: refTo("User") },
  errors: ["ERR_UID_NOT_FOUND", "ERR_ROLE_NOT_FOUND"],
  example: {
    params: { uid: "alice" }, body: { name: "Alice A.", unset: ["avatar"] }, response: UpdateUserResponse.fromPartial({ user: alice }),
  },
});

export const getMe = route({
  number: "R-U-08", tier: 1, method: "GET", path: "/me", summary: "Answers the acting user.",
  callers: ["F", "U"], onBehalfOf: "required", rpc: identity.getUser,
  toRequest: () => GetUserRequest.fromPartial({}),
  toSuccess: ({ user }) => ({ data: userEntity(user ?? User.fromPartial({}), { tags: true }) }),
  success: { data: refTo("User") },
  example: { response: GetUserResponse.fromPartial({ user: alice }) },
});

export const updateMe = route({
  number: "R-U-09", tier: 1, method: "PUT", path: "/me", summary: "Changes the acting user.",
  callers: ["F", "U"], onBehalfOf: "required", rpc: identity.updateUser,
  body: PROFILE,
  toRequest: ({ body }) => ({ ...profileChange(body), uid: "", role: undefined }),
  toSuccess: ({ user }) => ({ data: userEntity(user ?? User.fromPartial({}), { tags: true }) }),
  success: { data: refTo("User") },
  example: { body: { statusMessage: "On holiday" }, response: UpdateUserResponse.fromPartial({ user: alice }) },
});
