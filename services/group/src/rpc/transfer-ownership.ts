import { guid, uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { TransferOwnershipRequest, TransferOwnershipResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { decideTransfer } from "../domain/decide.js";
import { changedOwner, type GroupRecord } from "../domain/group.js";
import { emptyPlan, taken, type Plan } from "../domain/plan.js";
import { requiredRoster, type Roster } from "../domain/roster.js";
import { toGroup } from "../domain/views.js";

type Deps = Pick<GroupContext, "groups" | "changes" | "users" | "rules">;

export const transferOwnership = ({ groups, changes, users, rules }: Deps) =>
  async (request: TransferOwnershipRequest, context: CallContext): Promise<TransferOwnershipResponse> => {
    const { app, actor } = context;
    const [id, target] = [guid(request.guid), uid(request.uid)];
    const { group } = requiredRoster(await groups.state(app, id, []));
    const people = await users.resolve([actor, target, group.owner], context);
    const decide = (roster: Roster, atMs: number) => {
      const steps = decideTransfer(roster, actor, { uid: target, exists: people.has(target) }, rules);
      const owned = changedOwner(roster.group, target, actor, atMs);
      const plan = steps.reduce<Plan>(
        (sofar, step) => taken(sofar, step, { actor, atMs, named: () => undefined }), planFor(roster, owned),
      );
      return { plan, told: { kind: "transferred", oldOwner: roster.group.owner, newOwner: target } as const };
    };
    const uids = [actor, target, group.owner];
    const { plan } = await changes.change(context, { guid: id, uids, people, stepsMax: 1, decide });
    const { after } = plan;
    return { group: toGroup(after.group, { member: after.members.get(actor), withTags: true }) };
  };

function planFor(roster: Roster, group: GroupRecord): Plan {
  return emptyPlan({ ...roster, group });
}
