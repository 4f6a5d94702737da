import {
  CreateGroupRequest, CreateGroupResponse, DeleteGroupRequest, DeleteGroupResponse, GetGroupRequest, GetGroupResponse, Group, GroupType,
  HistoryVisibility, ListGroupsRequest, ListGroupsResponse, MemberScope, TransferOwnershipRequest, TransferOwnershipResponse,
  UpdateGroupRequest, UpdateGroupResponse,
} from "@parlance/proto/group/v1/group";
import { GroupServiceService as group } from "@parlance/proto/group/v1/group_service";
import { groupEntity } from "../entities/group.js";
import { arrayOf, entity, present, refTo } from "../entities/values.js";
import { CURSORED_META, CURSORED_PAGE, cursored, pageOf, paged } from "../paging/page.js";
import { ACK, ack } from "../routes/ack.js";
import { route } from "../routes/route.js";
import { bool, id, list, needed, shape, text, word } from "../schema/index.js";
import { LINK, METADATA, NAME, NOTE, SEARCH_KEY, TAGS } from "./fields.js";
import { LISTS, LIST_RESULTS, entriesOf, resultsByList } from "./member-lists.js";

const NO_GROUP = Group.fromPartial({});
const TYPES = { public: GroupType.PUBLIC, password: GroupType.PASSWORD, private: GroupType.PRIVATE };
const FILTER_TYPES = { ...TYPES, protected: GroupType.PASSWORD };
const VISIBILITY = word({ full: HistoryVisibility.FULL, sinceJoin: HistoryVisibility.SINCE_JOIN });
const PASSWORD = text({ max: 100 });

const lobby = Group.fromPartial({
  guid: "lobby", name: "Lobby", type: GroupType.PUBLIC, owner: "alice", membersCount: 2, conversationId: "group_lobby",
  historyVisibility: HistoryVisibility.FULL, createdAtMs: 1_767_225_600_000, hasJoined: true,
  scope: MemberScope.ADMIN, joinedAtMs: 1_767_225_600_000,
});

export const createGroup = route({
  number: "R-G-01", tier: 1, method: "POST", path: "/groups", summary: "Makes a group.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.createGroup,
  body: {
    guid: needed(id()), name: needed(NAME), type: word(TYPES, "public"), password: PASSWORD, icon: LINK,
    description: NOTE, metadata: METADATA,
    owner: id(), tags: TAGS, members: shape(LISTS, { strict: true }), historyVisibility: VISIBILITY,
  },
  toRequest: ({ body: { members = {}, metadata = "", tags = [], ...body }, viewer }) => {
    const entries = entriesOf(members);
    return CreateGroupRequest.fromPartial({
      ...present(body), owner: viewer === undefined ? body.owner ?? "" : "", metadataJson: metadata, tags: [...tags],
      members: entries.members, bannedUids: entries.bannedUids,
    });
  },
  toSuccess: ({ group: made, results }, { body, viewer }) => ({
    data: groupEntity(made ?? NO_GROUP, { viewer: viewer !== undefined, tags: true }),
    ...(body.members === undefined ? {} : { meta: { members: resultsByList(body.members, results) } }),
  }),
  success: { data: refTo("Group"), meta: entity({ members: LIST_RESULTS }, []) },
  errors: ["ERR_GUID_ALREADY_EXISTS", "ERR_EMPTY_GROUP_PASS", "ERR_PLAN_QUOTA_RESTRICTION", "ERR_UID_NOT_FOUND"],
  example: {
    body: { guid: "lobby", name: "Lobby", owner: "alice", members: { participants: ["bob"] } },
    response: CreateGroupResponse.fromPartial({ group: lobby, results: [{ uid: "bob", success: true }] }),
  },
});

export const listGroups = route({
  number: "R-G-02", tier: 1, method: "GET", path: "/groups", summary: "Lists groups by name.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.listGroups,
  query: {
    ...CURSORED_PAGE, searchKey: SEARCH_KEY, withTags: bool(false), tags: TAGS, type: word(FILTER_TYPES),
    types: list(word(FILTER_TYPES), { max: 4 }),
    hasJoined: bool(), sortBy: word({ name: "name" }, "name"), sortOrder: word({ asc: "asc" }, "asc"),
  },
  later: ["updatedAt", "searchIn", "guid", "guids", "createdAt", "membersCount"],
  toRequest: ({ query }) => {
    const { offset, perPage } = pageOf(query);
    const types = new Set([...(query.types ?? []), ...(query.type === undefined ? [] : [query.type])]);
    return ListGroupsRequest.fromPartial({
      searchKey: query.searchKey ?? "", joinedOnly: query.hasJoined ?? false, tags: [...(query.tags ?? [])],
      withTags: query.withTags ?? false,
      types: [...types], pageSize: perPage, offset, withTotal: true,
    });
  },
  toSuccess: ({ groups, total }, { query, viewer }) => {
    const rows = groups.map((each) => groupEntity(each, { viewer: viewer !== undefined }));
    return cursored(paged(rows, pageOf(query), total), { beside: false });
  },
  success: { data: arrayOf(refTo("Group")), meta: CURSORED_META },
  example: { query: "types[]=public&types[]=password&perPage=20", response: ListGroupsResponse.fromPartial({ groups: [lobby], total: 1 }) },
});

export const getGroup = route({
  number: "R-G-03", tier: 1, method: "GET", path: "/groups/{guid}", summary: "Answers a group.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.getGroup,
  toRequest: ({ params }) => GetGroupRequest.fromPartial({ guid: params.guid }),
  toSuccess: (response, { viewer }) => ({ data: groupEntity(response.group ?? NO_GROUP, { viewer: viewer !== undefined }) }),
  success: { data: refTo("Group") },
  errors: ["ERR_GUID_NOT_FOUND"],
  example: { params: { guid: "lobby" }, response: GetGroupResponse.fromPartial({ group: lobby }) },
});

export const updateGroup = route({
  number: "R-G-04", tier: 1, method: "PUT", path: "/groups/{guid}", summary: "Changes given fields of a group.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.updateGroup,
  body: {
    name: NAME, type: word(TYPES), password: PASSWORD, icon: LINK, description: NOTE, metadata: METADATA, tags: TAGS,
    unset: list(word({ icon: "icon", description: "description", metadata: "metadata" }), { max: 3 }), historyVisibility: VISIBILITY,
  },
  later: ["owner"],
  toRequest: ({ params, body: { metadata, tags, unset, ...body } }) => UpdateGroupRequest.fromPartial({
    ...present(body), ...present({ metadataJson: metadata }), guid: params.guid, tags: [...(tags ?? [])], replaceTags: tags !== undefined,
    unset: [...(unset ?? [])],
  }),
  toSuccess: (response, { viewer }) => ({ data: groupEntity(response.group ?? NO_GROUP, { viewer: viewer !== undefined, tags: true }) }),
  success: { data: refTo("Group") },
  errors: ["ERR_GUID_NOT_FOUND", "ERR_GROUP_NOT_JOINED", "ERR_PERMISSION_DENIED", "ERR_EMPTY_GROUP_PASS"],
  example: { params: { guid: "lobby" }, body: { name: "The lobby" }, response: UpdateGroupResponse.fromPartial({ group: lobby }) },
});

export const deleteGroup = route({
  number: "R-G-05", tier: 1, method: "DELETE", path: "/groups/{guid}", summary: "Erases a group with everything of it.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.deleteGroup,
  toRequest: ({ params }) => DeleteGroupRequest.fromPartial({ guid: params.guid }),
  toSuccess: () => ack("The group is deleted."),
  success: ACK,
  errors: ["ERR_GUID_NOT_FOUND", "ERR_GROUP_NOT_JOINED", "ERR_GROUP_NO_CLEARANCE"],
  example: { params: { guid: "lobby" }, response: DeleteGroupResponse.fromPartial({}) },
});

export const transferOwnership = route({
  number: "R-G-15", tier: 1, method: "PUT", path: "/groups/{guid}/owner", summary: "Makes a member the owner.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.transferOwnership,
  body: { owner: needed(id()) },
  toRequest: ({ params, body }) => TransferOwnershipRequest.fromPartial({ guid: params.guid, uid: body.owner }),
  toSuccess: (response, { viewer }) => ({ data: groupEntity(response.group ?? NO_GROUP, { viewer: viewer !== undefined }) }),
  success: { data: refTo("Group") },
  errors: ["ERR_GUID_NOT_FOUND", "ERR_GROUP_NO_CLEARANCE", "ERR_NOT_A_MEMBER", "ERR_GROUP_NO_SELF_ACTION"],
  example: {
    params: { guid: "lobby" }, body: { owner: "bob" },
    response: TransferOwnershipResponse.fromPartial({ group: { ...lobby, owner: "bob" } }),
  },
});
