import { fail } from "@parlance/platform/errors";
import { SYSTEM_UID, guid, isReservedId, uid, type Uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import { GroupType, HistoryVisibility, type CreateGroupRequest, type CreateGroupResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { entriesOf } from "../domain/entries.js";
import { nameFrom, tagsFrom } from "../domain/fields.js";
import { defaultVisibility, newGroup, type GroupRecord } from "../domain/group.js";
import { toGroup } from "../domain/views.js";

type Deps = Pick<GroupContext, "createGroup" | "membership" | "users" | "groups" | "hasher" | "clock" | "random">;

const INCARNATION_BYTES = 6;

export const createGroup = (deps: Deps) =>
  async (request: CreateGroupRequest, context: CallContext): Promise<CreateGroupResponse> => {
    const { app, actor } = context;
    const entries = entriesOf(request.members, request.bannedUids);
    const owner = ownerOf(request, context);
    const [people, fresh] = await Promise.all([
      deps.users.resolve([actor, owner], context), groupOf(deps, request, owner),
    ]);
    if (!people.has(owner)) throw fail("ERR_UID_NOT_FOUND");
    const first = owner === SYSTEM_UID ? undefined : people.get(owner);
    const created = await deps.createGroup(context, { group: fresh, owner: first, people });
    const { results } = await deps.membership.changeMany(context, created.guid, entries);
    const { group = created, members } = await deps.groups.state(app, created.guid, [actor]);
    return { group: toGroup(group, { member: members[0], withTags: true }), results };
  };

/** The creator; the server may name somebody else, and owns the group itself when it does not. */
function ownerOf({ owner }: CreateGroupRequest, { actor, isServer }: CallContext): Uid {
  return isServer && owner !== "" ? uid(owner) : actor;
}

async function groupOf({ hasher, clock, random }: Deps, request: CreateGroupRequest, owner: Uid): Promise<GroupRecord> {
  if (isReservedId(request.guid)) throw fail("ERR_BAD_REQUEST", undefined, { fields: { guid: "is reserved" } });
  const type = request.type === GroupType.UNSPECIFIED ? GroupType.PUBLIC : request.type;
  const name = nameFrom(request.name);
  const tags = tagsFrom(request.tags);
  if (type === GroupType.PASSWORD && request.password === "") throw fail("ERR_EMPTY_GROUP_PASS");
  const passwordHash = type === GroupType.PASSWORD ? await hasher.hash(request.password) : "";
  const { icon, description, metadataJson, historyVisibility: asked } = request;
  const historyVisibility = asked === HistoryVisibility.UNSPECIFIED ? defaultVisibility(type) : asked;
  const incarnation = Buffer.from(random.bytes(INCARNATION_BYTES)).toString("hex");
  return newGroup({
    guid: guid(request.guid), incarnation, owner, name, type, passwordHash, icon, description, metadataJson, tags,
    historyVisibility,
  }, clock.now());
}
