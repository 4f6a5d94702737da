// The one way a group changes:
//
//   turn at the group → read → decide → commit, guarded by the revision → tell messaging → answer
//
// A commit holds the changed rows, the events that messaging must hear of, and the facts for the event log.

import type { AppId, Guid, Uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import type { LogRecord } from "@parlance/platform/eventlog";
import type { GroupRecord } from "../domain/group.js";
import type { Plan } from "../domain/plan.js";
import { requiredRoster, type Roster } from "../domain/roster.js";
import type { EditOutcome, GroupState, GroupStore, PendingEvent } from "../store/ports.js";
import { editOf, nudgesOf, partyOf, tellingOf, type People } from "./edit.js";
import { groupChanged, groupUpdated, ownershipTransferred, type Nudge, type Telling } from "./facts.js";
import { PENDING_MAX, type Actions, type Nudges } from "./nudges.js";
import type { Turns } from "./turns.js";

export interface Verdict {
  readonly plan: Plan;
  /** A change of the group itself, for its members. */
  readonly told?: Told;
}

type Told =
  | { readonly kind: "updated" }
  | { readonly kind: "transferred"; readonly oldOwner: Uid; readonly newOwner: Uid };

export interface ChangeRequest {
  readonly guid: Guid;
  /** Whom the decision looks at, the actor included. */
  readonly uids: readonly Uid[];
  readonly people: People;
  /** Steps it makes at most. */
  readonly stepsMax: number;
  /** Pure: it may be asked again. Throws to refuse. */
  decide(roster: Roster, atMs: number): Verdict;
}

export interface Written {
  readonly plan: Plan;
  readonly actions: Actions;
}

/** What all writes need. */
export interface WritingParts {
  readonly groups: GroupStore;
  readonly turns: Turns;
  readonly nudges: Nudges;
  /** Says that facts wait for the event log. */
  readonly onFacts: () => void;
  /** The same, and waits until they are there; not for long when the event log is away. */
  readonly publish: () => Promise<void>;
  readonly clock: Pick<Clock, "now">;
  readonly groupsMax: number;
}

/** The group with what messaging has not heard of. */
export async function stateOf(
  { groups, nudges }: Pick<WritingParts, "groups" | "nudges">, app: AppId, guid: Guid, uids: readonly Uid[],
): Promise<GroupState> {
  const state = await groups.state(app, guid, uids);
  return { ...state, pending: nudges.undelivered(state.pending) };
}

const NO_ACTIONS: Actions = new Map();

export class GroupChanges {
  readonly #parts: WritingParts;

  constructor(parts: WritingParts) {
    this.#parts = parts;
  }

  change(context: CallContext, request: ChangeRequest): Promise<Written> {
    const full = new Set<Uid>();
    return this.#parts.turns.take(context, request.guid, async () => {
      const done = await this.#attempt(context, request, full);
      return done && { done };
    });
  }

  async #attempt(context: CallContext, request: ChangeRequest, full: Set<Uid>): Promise<Written | undefined> {
    const state = await stateOf(this.#parts, context.app, request.guid, request.uids);
    const before = requiredRoster(state, full);
    const early = await this.#makeRoom(context, request, state);
    const atMs = this.#parts.clock.now();
    const verdict = request.decide(before, atMs);
    const telling = tellingOf(context, before, request.people, atMs);
    const nudges = nudgesOf(telling, before, verdict.plan, request.people);
    if (verdict.plan.after.group !== before.group) {
      const outcome = await this.#edit({ telling, before, verdict, nudges, people: request.people });
      if (outcome.kind === "full") for (const uid of outcome.uids) full.add(uid);
      if (outcome.kind !== "done") return undefined;
      this.#parts.onFacts();
    }
    const untold = early === undefined ? state.pending : [];
    const late = await this.#tell(context, request.guid, verdict.plan, [...untold, ...nudges.map(({ pending }) => pending)]);
    return { plan: verdict.plan, actions: new Map([...early ?? [], ...late]) };
  }

  /** Messaging was away and has missed too much: it must have heard of it before there is more. */
  async #makeRoom(
    context: CallContext, { guid, stepsMax }: ChangeRequest, { pending }: GroupState,
  ): Promise<Actions | undefined> {
    const enough = pending.length + stepsMax <= PENDING_MAX || stepsMax === 0;
    return enough ? undefined : this.#parts.nudges.deliver(context, guid, pending);
  }

  #edit({ telling, before, verdict, nudges, people }: EditParts): Promise<EditOutcome> {
    const { after } = verdict.plan;
    return this.#parts.groups.edit(telling.app, {
      ...editOf(before, after),
      groupsMax: this.#parts.groupsMax,
      pending: nudges.map(({ pending }) => pending),
      facts: [...nudges.map(({ record }) => record), ...groupFacts(telling, before, verdict, people)],
    });
  }

  /** A change that concerns no member is not told, nor does it hand over what others left. */
  async #tell(
    context: CallContext, guid: Guid, { outcomes, changes }: Plan, pending: readonly PendingEvent[],
  ): Promise<Actions> {
    const concernsMembers = changes.length > 0 || outcomes.some((outcome) => "repeated" in outcome);
    if (!concernsMembers || pending.length === 0) return NO_ACTIONS;
    return this.#parts.nudges.deliver(context, guid, pending);
  }
}

interface EditParts {
  readonly telling: Telling;
  readonly before: Roster;
  readonly verdict: Verdict;
  readonly nudges: readonly Nudge[];
  readonly people: People;
}

/** The group as its facts show it: the store will have counted the revision. */
export function revised(group: GroupRecord): GroupRecord {
  return { ...group, revision: group.revision + 1 };
}

function groupFacts(telling: Telling, before: Roster, { plan, told }: Verdict, people: People): LogRecord[] {
  if (told === undefined) return [];
  const seen = { ...telling, group: revised(plan.after.group) };
  const changed = groupChanged(seen, false);
  if (told.kind === "updated") return [groupUpdated(seen), changed];
  const owners = { oldOwner: partyOf(told.oldOwner, people, before), newOwner: partyOf(told.newOwner, people, before) };
  return [ownershipTransferred(seen, owners), changed];
}
