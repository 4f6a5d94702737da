import { guid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import { GroupType, type JoinGroupRequest, type JoinGroupResponse } from "@parlance/proto/group/v1/group";
import type { GroupContext } from "../context.js";
import { isRepeat, refusedJoin } from "../domain/decide.js";
import { requiredRoster, type Roster } from "../domain/roster.js";
import { toGroup } from "../domain/views.js";

type Deps = Pick<GroupContext, "groups" | "membership" | "passwordGate">;

export const joinGroup = ({ groups, membership, passwordGate }: Deps) =>
  async (request: JoinGroupRequest, context: CallContext): Promise<JoinGroupResponse> => {
    const { app, actor } = context;
    const id = guid(request.guid);
    const seen = requiredRoster(await groups.state(app, id, [actor]));
    const join = { kind: "join", uid: actor } as const;
    // A password is hashed here, before the group's turn, so that nobody waits for somebody else's password.
    const admitted = !isRepeat(seen, actor, { ...join, admitted: true }) && asksPassword(seen, context);
    if (admitted) await passwordGate.enter(app, seen.group, actor, request.password);
    const { action, roster } = await membership.change(context, id, { ...join, admitted });
    return { group: toGroup(roster.group, { member: roster.members.get(actor) }), action };
  };

/** Throws what refuses the join in any case. */
function asksPassword(roster: Roster, { actor }: CallContext): boolean {
  const refusal = refusedJoin(roster, actor);
  if (refusal !== undefined) throw refusal;
  return roster.group.type === GroupType.PASSWORD;
}
