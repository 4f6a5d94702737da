import { fail } from "@parlance/platform/errors";
import type { Uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import { MemberScope } from "@parlance/proto/group/v1/group";
import type { User } from "@parlance/proto/identity/v1/identity";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import type { GroupRecord } from "../domain/group.js";
import { emptyPlan, taken, type Plan } from "../domain/plan.js";
import type { Roster } from "../domain/roster.js";
import type { GroupState } from "../store/ports.js";
import { stateOf, type WritingParts } from "./changes.js";
import { editOf, namedOf, nudgesOf, tellingOf, type People } from "./edit.js";
import { groupChanged, groupCreated } from "./facts.js";

export interface Creation {
  /** Without members. */
  readonly group: GroupRecord;
  /** Becomes its first member, an admin; undefined for a group of the server, which has none. */
  readonly owner: User | undefined;
  readonly people: People;
}

/**
 * Makes a group and answers it. The owner's membership is told to messaging, but leaves no action (chat.md 9.7); the event
 * that tells the owner, by which gateways learn who listens to the group, is published before anybody can write into it.
 */
export const createGroups = (parts: WritingParts) =>
  (context: CallContext, creation: Creation): Promise<GroupRecord> =>
    parts.turns.take(context, creation.group.guid, async () => {
      const { app } = context;
      const { guid } = creation.group;
      const state = await stateOf(parts, app, guid, []);
      if (state.group !== undefined) return { done: await repeated(parts, context, creation, state) };
      const before = emptyRoster(creation.group);
      const plan = planOf(before, creation, context);
      const telling = tellingOf(context, plan.after, creation.people, creation.group.createdAtMs);
      const nudges = nudgesOf(telling, before, plan, creation.people);
      const pending = nudges.map((nudge) => nudge.pending);
      const outcome = await parts.groups.create(app, {
        ...editOf(before, plan.after), groupsMax: parts.groupsMax, pending,
        facts: [
          ...(creation.owner === undefined ? [] : [groupCreated(telling)]),
          ...nudges.map(({ record }) => record), groupChanged(telling, false),
        ],
      });
      if (outcome.kind === "full") throw fail("ERR_PLAN_QUOTA_RESTRICTION", undefined, { params: { limit: parts.groupsMax } });
      if (outcome.kind === "conflict") return undefined;
      await parts.publish();
      const untold = [...state.pending, ...pending];
      if (untold.length > 0) await parts.nudges.deliver(context, guid, untold);
      return { done: plan.after.group };
    });

function emptyRoster(group: GroupRecord): Roster {
  return { group, members: new Map(), bans: new Map(), pending: [], full: new Set() };
}

function planOf(roster: Roster, { owner, group }: Creation, { actor }: CallContext): Plan {
  if (owner === undefined) return emptyPlan(roster);
  const step = {
    kind: GroupActionKind.ADDED, uid: owner.uid as Uid, oldScope: MemberScope.UNSPECIFIED, newScope: MemberScope.ADMIN,
    silent: true,
  };
  return taken(emptyPlan(roster), step, { actor, atMs: group.createdAtMs, named: () => namedOf(owner) });
}

/** The guid is taken, unless by this very creation, of which messaging could not be told. */
async function repeated(
  parts: WritingParts, context: CallContext, { group, owner }: Creation, { group: stored, pending }: GroupState,
): Promise<GroupRecord> {
  const first = pending.find(({ step }) => step?.kind === GroupActionKind.ADDED && step.incarnation === stored?.incarnation);
  const isSame = stored !== undefined && first?.by === context.actor && first.step?.uid === owner?.uid
    && stored.owner === group.owner && stored.name === group.name && stored.type === group.type;
  if (!isSame) throw fail("ERR_GUID_ALREADY_EXISTS");
  await parts.publish();
  await parts.nudges.deliver(context, group.guid, pending);
  return stored;
}
