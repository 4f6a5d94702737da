import { fail } from "@parlance/platform/errors";
import type { Guid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import { requiredRoster, type Roster } from "../domain/roster.js";
import type { PendingEvent } from "../store/ports.js";
import { revised, stateOf, type WritingParts } from "./changes.js";
import { tellingOf, type People } from "./edit.js";
import { groupChanged, groupDeleted, type Telling } from "./facts.js";

export interface Removal {
  readonly guid: Guid;
  readonly people: People;
  /** Throws unless the actor may. */
  readonly check: (roster: Roster) => void;
}

/**
 * Removes a group. Messaging is told before the answer, so that it takes no message for it any more; the deletion stays
 * pending for the guid until then, before anything a later group of it tells.
 */
export const removeGroups = (parts: WritingParts) =>
  (context: CallContext, { guid, people, check }: Removal): Promise<void> =>
    parts.turns.take(context, guid, async () => {
      const { app, actor } = context;
      const state = await stateOf(parts, app, guid, [actor]);
      if (state.group === undefined) return { done: await repeated(parts, context, guid, state.pending) };
      const roster = requiredRoster(state);
      check(roster);
      const telling = { ...tellingOf(context, roster, people, parts.clock.now()), group: revised(roster.group) };
      const deletion = deletionOf(telling, context);
      const outcome = await parts.groups.remove(app, {
        group: roster.group, pending: [deletion.pending], facts: [groupDeleted(telling), deletion.record],
      });
      if (outcome.kind !== "done") return undefined;
      parts.onFacts();
      await parts.nudges.deliver(context, guid, [...state.pending, deletion.pending]);
      return { done: undefined };
    });

function deletionOf(telling: Telling, { actor }: CallContext) {
  const record = groupChanged(telling, true);
  const pending: PendingEvent = {
    eventId: record.headers.id, incarnation: telling.group.incarnation, by: actor, step: undefined, value: record.value,
  };
  return { record, pending };
}

/** There is no such group, unless this very deletion took it, of which messaging could not be told. */
async function repeated(
  { nudges }: WritingParts, context: CallContext, guid: Guid, pending: readonly PendingEvent[],
): Promise<void> {
  const last = pending.at(-1);
  if (last === undefined || last.step !== undefined || last.by !== context.actor) throw fail("ERR_GUID_NOT_FOUND");
  await nudges.deliver(context, guid, pending);
}
