import { guid, uid, type Uid } from "@parlance/platform/ids";
import { cutPage, encodeToken, folded, offsetOf, pageSizeOf, pageStart } from "@parlance/platform/paging";
import type { CallContext } from "@parlance/platform/rpc";
import type { ListMembersRequest, ListMembersResponse, MemberScope } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { checkOperation } from "../domain/decide.js";
import { requiredRoster } from "../domain/roster.js";
import { toMember } from "../domain/views.js";
import type { MemberQuery } from "../store/ports.js";

type Deps = Pick<GroupContext, "groups" | "members" | "users" | "rules">;

const PAGE = { default: 30, max: 1_000 };

export const listMembers = ({ groups, members, users, rules }: Deps) =>
  async (request: ListMembersRequest, context: CallContext): Promise<ListMembersResponse> => {
    const { app, actor } = context;
    const roster = requiredRoster(await groups.state(app, guid(request.guid), [actor]));
    checkOperation(roster, actor, "listMembers", rules);
    const pageSize = pageSizeOf(request.pageSize, PAGE);
    const after = positionOf(request.pageToken);
    const offset = after === undefined ? offsetOf(request.offset) : 0;
    const filter = { guid: roster.group.guid, searchKey: folded(request.searchKey), scopes: request.scopes };
    const [rows, total] = await Promise.all([
      members.list(app, { ...filter, after, offset, limit: pageSize + 1 }),
      request.withTotal ? members.count(app, filter) : 0,
    ]);
    const { page, more } = cutPage(rows, pageSize);
    const people = await users.resolveNow(page.map((member) => member.uid), context);
    const last = page.at(-1);
    return {
      members: page.map((member) => toMember(member, people.get(member.uid))),
      nextPageToken: more && last !== undefined ? encodeToken([last.scope, folded(last.name), last.uid]) : "",
      total,
    };
  };

function positionOf(token: string): MemberQuery["after"] {
  const start = pageStart(token, "number", "string", "string");
  return start && { scope: start[0] as MemberScope, foldedName: start[1], id: uid(start[2]) satisfies Uid };
}
