import { fail } from "@parlance/platform/errors";
import { guid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import { GroupType, HistoryVisibility, type UpdateGroupRequest, type UpdateGroupResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { checkOperation, type Rules } from "../domain/decide.js";
import { nameFrom, tagsFrom, unsetFrom } from "../domain/fields.js";
import { changedGroup, type GroupChange, type GroupRecord } from "../domain/group.js";
import { emptyPlan } from "../domain/plan.js";
import { requiredRoster, type Roster } from "../domain/roster.js";
import { toGroup } from "../domain/views.js";

type Deps = Pick<GroupContext, "groups" | "changes" | "users" | "hasher" | "rules">;

export const updateGroup = ({ groups, changes, users, hasher, rules }: Deps) =>
  async (request: UpdateGroupRequest, context: CallContext): Promise<UpdateGroupResponse> => {
    const { app, actor } = context;
    const id = guid(request.guid);
    const fields = fieldsOf(request);
    // Rights first: a hash is too dear to make for somebody who may not set it.
    check(requiredRoster(await groups.state(app, id, [actor])), request, context, rules);
    const hash = request.password === "" ? "" : await hasher.hash(request.password);
    const people = await users.resolve([actor], context);
    const { plan } = await changes.change(context, {
      guid: id, uids: [actor], people, stepsMax: 0,
      decide: (roster, atMs) => {
        check(roster, request, context, rules);
        const after = changedGroup(roster.group, { ...fields, ...lockOf(roster.group, request.type, hash) }, actor, atMs);
        return after === roster.group
          ? { plan: emptyPlan(roster) }
          : { plan: emptyPlan({ ...roster, group: after }), told: { kind: "updated" } };
      },
    });
    const { after } = plan;
    return { group: toGroup(after.group, { member: after.members.get(actor), withTags: true }) };
  };

/** Type and password are changed by the server only, whoever asks (chat.md 9.4). */
function check(roster: Roster, request: UpdateGroupRequest, { actor, isServer }: CallContext, rules: Rules): void {
  const { type, historyVisibility } = roster.group;
  checkOperation(roster, actor, "updateGroup", rules);
  const asked = request.historyVisibility;
  const changesVisibility = asked !== HistoryVisibility.UNSPECIFIED && asked !== historyVisibility;
  if (changesVisibility) checkOperation(roster, actor, "changeHistoryVisibility", rules);
  const changesType = request.type !== GroupType.UNSPECIFIED && request.type !== type;
  if (!isServer && (changesType || request.password !== "")) throw fail("ERR_PERMISSION_DENIED");
}

/** A value beats `unset` of the same field. */
function fieldsOf(request: UpdateGroupRequest): GroupChange {
  const unset = unsetFrom(request.unset);
  const cleared = (field: string) => (unset.has(field) ? "" : undefined);
  const { historyVisibility } = request;
  return {
    name: request.name === undefined ? undefined : nameFrom(request.name),
    icon: request.icon ?? cleared("icon"),
    description: request.description ?? cleared("description"),
    metadataJson: request.metadataJson ?? cleared("metadata"),
    tags: request.replaceTags ? tagsFrom(request.tags) : undefined,
    historyVisibility: historyVisibility === HistoryVisibility.UNSPECIFIED ? undefined : historyVisibility,
  };
}

/** Only password groups keep a hash, and they always have one. */
function lockOf(group: GroupRecord, asked: GroupType, hash: string): GroupChange {
  const type = asked === GroupType.UNSPECIFIED ? group.type : asked;
  if (type !== GroupType.PASSWORD) return { type, passwordHash: "" };
  const passwordHash = hash === "" ? group.passwordHash : hash;
  if (passwordHash === "") throw fail("ERR_EMPTY_GROUP_PASS");
  return { type, passwordHash };
}
