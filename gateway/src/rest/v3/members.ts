import { fail } from "@parlance/platform/errors";
import {
  AddMembersRequest, AddMembersResponse, Ban, BanMemberRequest, BanMemberResponse, ChangeScopeRequest,
  ChangeScopeResponse, GetMemberRequest,
  GetMemberResponse, Group, JoinGroupRequest, JoinGroupResponse, KickMemberRequest, KickMemberResponse,
  LeaveGroupRequest, LeaveGroupResponse,
  ListBansRequest, ListBansResponse, ListMembersRequest, ListMembersResponse, Member, MemberScope, UnbanMemberRequest, UnbanMemberResponse,
} from "@parlance/proto/group/v1/group";
import { GroupServiceService as group } from "@parlance/proto/group/v1/group_service";
import { UserStatus } from "@parlance/proto/identity/v1/identity";
import { bannedUserEntity, groupEntity, memberEntity, scopeName } from "../entities/group.js";
import { SECONDS, STRING, arrayOf, entity, present, refTo, secondsOf } from "../entities/values.js";
import { CURSOR, CURSORED_META, CURSORED_PAGE, cursored, pageOf, paged } from "../paging/page.js";
import { ACK, ack } from "../routes/ack.js";
import { route } from "../routes/route.js";
import { list, text, word } from "../schema/index.js";
import { SCOPE_WORDS, SEARCH_KEY } from "./fields.js";
import { LISTS, LIST_RESULTS, entriesOf, resultsByList } from "./member-lists.js";

const user = { uid: "bob", name: "Bob", role: "default", status: UserStatus.OFFLINE, createdAtMs: 1_767_225_600_000 };
const bob = Member.fromPartial({ user, scope: MemberScope.PARTICIPANT, joinedAtMs: 1_767_225_600_000 });
const ACT_ERRORS = [
  "ERR_GUID_NOT_FOUND", "ERR_UID_NOT_FOUND", "ERR_GROUP_NOT_JOINED", "ERR_GROUP_NO_SELF_ACTION", "ERR_GROUP_NO_MODERATOR_SCOPE",
  "ERR_GROUP_NO_ADMIN_SCOPE", "ERR_GROUP_NO_CLEARANCE", "ERR_GROUP_NO_SCOPE_CLEARANCE", "ERR_PERMISSION_DENIED",
] as const;

export const addMembers = route({
  number: "R-G-06", tier: 1, method: "POST", path: "/groups/{guid}/members", summary: "Adds and bans users; each entry fails alone.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.addMembers,
  body: LISTS,
  toRequest: ({ params, body }) => {
    const entries = entriesOf(body);
    if (entries.members.length + entries.bannedUids.length === 0) throw fail(
      "ERR_BAD_REQUEST", undefined, { fields: { participants: "no list names a uid" } },
    );
    return AddMembersRequest.fromPartial({ guid: params.guid, ...entries });
  },
  toSuccess: ({ results }, { body }) => ({ data: resultsByList(body, results) }),
  success: { data: LIST_RESULTS },
  errors: ACT_ERRORS,
  example: {
    params: { guid: "lobby" }, body: { participants: ["bob"], usersToBan: ["carol"] },
    response: AddMembersResponse.fromPartial({
      results: [
        { uid: "bob", success: false, errorCode: "ERR_ALREADY_JOINED", errorMessage: "Already joined." },
        { uid: "carol", success: true, ban: true },
      ],
    }),
  },
});

export const listMembers = route({
  number: "R-G-07", tier: 1, method: "GET", path: "/groups/{guid}/members", summary: "Lists members by scope, name, uid.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.listMembers,
  query: { ...CURSORED_PAGE, searchKey: SEARCH_KEY, scopes: list(word(SCOPE_WORDS), { max: 3 }) },
  later: ["updatedAt", "status"],
  toRequest: ({ params, query }) => {
    const { offset, perPage } = pageOf(query);
    return ListMembersRequest.fromPartial({
      guid: params.guid, searchKey: query.searchKey ?? "", scopes: [...(query.scopes ?? [])], pageSize: perPage, offset, withTotal: true,
    });
  },
  toSuccess: ({ members, total }, { query }) => cursored(paged(members.map(memberEntity), pageOf(query), total), { beside: true }),
  success: { data: arrayOf(refTo("Member")), meta: CURSORED_META, cursor: CURSOR },
  errors: ["ERR_GUID_NOT_FOUND", "ERR_GROUP_NOT_JOINED"],
  example: {
    params: { guid: "lobby" }, query: "scopes=admin,moderator",
    response: ListMembersResponse.fromPartial({ members: [bob], total: 1 }),
  },
});

export const changeScope = route({
  number: "R-G-08", tier: 1, method: "PUT", path: "/groups/{guid}/members/{uid}", summary: "Gives a member another scope.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.changeScope,
  body: { scope: word(SCOPE_WORDS, "participant") },
  toRequest: ({ params, body }) => ChangeScopeRequest.fromPartial({ ...params, scope: body.scope ?? MemberScope.PARTICIPANT }),
  toSuccess: ({ member }, { params, body }) => ({
    data: present({
      ...params, scope: scopeName(member?.scope ?? body.scope ?? MemberScope.PARTICIPANT), joinedAt: secondsOf(member?.joinedAtMs ?? 0),
    }),
  }),
  success: { data: entity({ guid: STRING, uid: STRING, scope: STRING, joinedAt: SECONDS }, ["guid", "uid", "scope"]) },
  errors: [...ACT_ERRORS, "ERR_NOT_A_MEMBER", "ERR_SAME_SCOPE"],
  example: {
    params: { guid: "lobby", uid: "bob" }, body: { scope: "moderator" },
    response: ChangeScopeResponse.fromPartial({ member: { ...bob, scope: MemberScope.MODERATOR } }),
  },
});

export const kickMember = route({
  number: "R-G-09", tier: 1, method: "DELETE", path: "/groups/{guid}/members/{uid}", summary: "Removes a member, who may come back.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.kickMember,
  toRequest: ({ params }) => KickMemberRequest.fromPartial(params),
  toSuccess: () => ack("The member is kicked."),
  success: ACK,
  errors: [...ACT_ERRORS, "ERR_NOT_A_MEMBER"],
  example: { params: { guid: "lobby", uid: "bob" }, response: KickMemberResponse.fromPartial({}) },
});

export const banMember = route({
  number: "R-G-10", tier: 1, method: "POST", path: "/groups/{guid}/bannedusers/{uid}", summary: "Removes a user and keeps them out.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.banMember,
  toRequest: ({ params }) => BanMemberRequest.fromPartial(params),
  toSuccess: () => ack("The user is banned."),
  success: ACK,
  errors: [...ACT_ERRORS, "ERR_ALREADY_BANNED"],
  example: { params: { guid: "lobby", uid: "bob" }, response: BanMemberResponse.fromPartial({}) },
});

export const unbanMember = route({
  number: "R-G-11", tier: 1, method: "DELETE", path: "/groups/{guid}/bannedusers/{uid}", summary: "Lifts a ban; makes no member.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.unbanMember,
  toRequest: ({ params }) => UnbanMemberRequest.fromPartial(params),
  toSuccess: () => ack("The ban is lifted."),
  success: ACK,
  errors: [...ACT_ERRORS, "ERR_NOT_A_BANNED_USER"],
  example: { params: { guid: "lobby", uid: "bob" }, response: UnbanMemberResponse.fromPartial({}) },
});

export const listBans = route({
  number: "R-G-12", tier: 1, method: "GET", path: "/groups/{guid}/bannedusers", summary: "Lists banned users, latest first.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.listBans,
  query: { ...CURSORED_PAGE, searchKey: SEARCH_KEY },
  later: ["updatedAt"],
  toRequest: ({ params, query }) => {
    const { offset, perPage } = pageOf(query);
    return ListBansRequest.fromPartial({ guid: params.guid, searchKey: query.searchKey ?? "", pageSize: perPage, offset, withTotal: true });
  },
  toSuccess: ({ bans, total }, { query }) => cursored(paged(bans.map(bannedUserEntity), pageOf(query), total), { beside: false }),
  success: { data: arrayOf(refTo("BannedUser")), meta: CURSORED_META },
  errors: ["ERR_GUID_NOT_FOUND", "ERR_GROUP_NOT_JOINED", "ERR_GROUP_NO_MODERATOR_SCOPE"],
  example: {
    params: { guid: "lobby" },
    response: ListBansResponse.fromPartial({
      bans: [Ban.fromPartial({ user, bannedAtMs: 1_767_225_600_000, bannedBy: "alice" })], total: 1,
    }),
  },
});

export const joinGroup = route({
  number: "R-G-13", tier: 1, method: "POST", path: "/groups/{guid}/join", summary: "Makes the acting user a participant.",
  callers: ["F", "U"], onBehalfOf: "required", rpc: group.joinGroup,
  body: { password: text({ max: 100 }) },
  toRequest: ({ params, body }) => JoinGroupRequest.fromPartial({ guid: params.guid, password: body.password ?? "" }),
  toSuccess: (response) => ({ data: groupEntity(response.group ?? Group.fromPartial({}), { viewer: true }) }),
  success: { data: refTo("Group") },
  errors: [
    "ERR_GUID_NOT_FOUND", "ERR_ALREADY_JOINED", "ERR_BANNED_GROUPMEMBER", "ERR_GROUP_JOIN_NOT_ALLOWED", "ERR_EMPTY_GROUP_PASS",
    "ERR_WRONG_GROUP_PASS", "ERR_NO_VACANCY", "ERR_PLAN_QUOTA_RESTRICTION",
  ],
  example: {
    params: { guid: "lobby" }, body: {},
    response: JoinGroupResponse.fromPartial({
      group: {
        guid: "lobby", name: "Lobby", owner: "alice", type: 1, membersCount: 3, hasJoined: true, scope: MemberScope.PARTICIPANT,
        joinedAtMs: 1_767_225_600_000,
      },
    }),
  },
});

export const leaveGroup = route({
  number: "R-G-14", tier: 1, method: "POST", path: "/groups/{guid}/leave", summary: "Ends the acting user's membership.",
  callers: ["F", "U"], onBehalfOf: "required", rpc: group.leaveGroup,
  toRequest: ({ params }) => LeaveGroupRequest.fromPartial({ guid: params.guid }),
  toSuccess: () => ack("The group is left."),
  success: ACK,
  errors: ["ERR_GUID_NOT_FOUND", "ERR_GROUP_NOT_JOINED", "ERR_OWNER_EXIT_FORBIDDEN"],
  example: { params: { guid: "lobby" }, response: LeaveGroupResponse.fromPartial({}) },
});

export const getMember = route({
  number: "R-G-16", tier: 1, method: "GET", path: "/groups/{guid}/members/{uid}", summary: "Answers one member.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: group.getMember,
  toRequest: ({ params }) => GetMemberRequest.fromPartial(params),
  toSuccess: ({ member }) => ({ data: memberEntity(member ?? Member.fromPartial({})) }),
  success: { data: refTo("Member") },
  errors: ["ERR_GUID_NOT_FOUND", "ERR_GROUP_NOT_JOINED", "ERR_NOT_A_MEMBER"],
  example: { params: { guid: "lobby", uid: "bob" }, response: GetMemberResponse.fromPartial({ member: bob }) },
});
