import { guid, uid } from "@parlance/platform/ids";
import { cutPage, encodeToken, folded, offsetOf, pageSizeOf, pageStart } from "@parlance/platform/paging";
import type { CallContext } from "@parlance/platform/rpc";
import type { ListBansRequest, ListBansResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { checkOperation } from "../domain/decide.js";
import { requiredRoster } from "../domain/roster.js";
import { toBan } from "../domain/views.js";
import type { BanQuery } from "../store/ports.js";

type Deps = Pick<GroupContext, "groups" | "bans" | "users" | "rules">;

const PAGE = { default: 30, max: 1_000 };

export const listBans = ({ groups, bans, users, rules }: Deps) =>
  async (request: ListBansRequest, context: CallContext): Promise<ListBansResponse> => {
    const { app, actor } = context;
    const roster = requiredRoster(await groups.state(app, guid(request.guid), [actor]));
    checkOperation(roster, actor, "listBans", rules);
    const pageSize = pageSizeOf(request.pageSize, PAGE);
    const after = positionOf(request.pageToken);
    const offset = after === undefined ? offsetOf(request.offset) : 0;
    const filter = { guid: roster.group.guid, searchKey: folded(request.searchKey) };
    const [rows, total] = await Promise.all([
      bans.list(app, { ...filter, after, offset, limit: pageSize + 1 }),
      request.withTotal ? bans.count(app, filter) : 0,
    ]);
    const { page, more } = cutPage(rows, pageSize);
    const people = await users.resolveNow(page.map((ban) => ban.uid), context);
    const last = page.at(-1);
    return {
      bans: page.map((ban) => toBan(ban, people.get(ban.uid))),
      nextPageToken: more && last !== undefined ? encodeToken([last.bannedAtMs, last.uid]) : "",
      total,
    };
  };

function positionOf(token: string): BanQuery["after"] {
  const start = pageStart(token, "number", "string");
  return start && { bannedAtMs: start[0], uid: uid(start[1]) };
}
