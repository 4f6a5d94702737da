import { AppError } from "@parlance/platform/errors";
import type { Uid } from "@parlance/platform/ids";
import { decide, type Intent, type Rules } from "./decide.js";
import type { GroupRecord } from "./group.js";
import { afterStep, type Named, type PendingStep, type Roster, type Step } from "./roster.js";

/** A step and the group just after it: its running count and version. */
export interface Change {
  readonly step: Step;
  readonly group: GroupRecord;
}

export type Outcome = { readonly change: Change } | { readonly repeated: PendingStep } | { readonly refusal: AppError };

export interface Plan {
  readonly after: Roster;
  readonly changes: readonly Change[];
  /** One for each intent. */
  readonly outcomes: readonly Outcome[];
}

export interface Taking {
  readonly actor: Uid;
  readonly atMs: number;
  /** Users as they are now called. */
  readonly named: (uid: Uid) => Named | undefined;
}

export interface Planning extends Taking {
  readonly rules: Rules;
}

/** What the group knows of a user whom nobody resolved. */
export function rememberedName({ members, bans }: Roster, uid: Uid): Named {
  const known: Named | undefined = members.get(uid) ?? bans.get(uid);
  return { uid, name: known?.name ?? "", nameAtMs: known?.nameAtMs ?? 0 };
}

/** The plan with one more step, which has been decided. */
export function taken(plan: Plan, step: Step, { actor, atMs, named }: Taking): Plan {
  const name = named(step.uid) ?? rememberedName(plan.after, step.uid);
  const after = afterStep(plan.after, step, { by: actor, atMs, named: name });
  const change = { step, group: after.group };
  return { after, changes: [...plan.changes, change], outcomes: [...plan.outcomes, { change }] };
}

export function emptyPlan(roster: Roster): Plan {
  return { after: roster, changes: [], outcomes: [] };
}

/** Decides one intent after the other, each on what the ones before leave; a refused one changes nothing. */
export function planned(roster: Roster, intents: readonly Intent[], planning: Planning): Plan {
  return intents.reduce<Plan>((plan, intent) => {
    try {
      const decision = decide(plan.after, planning.actor, intent, planning.rules);
      if ("step" in decision) return taken(plan, decision.step, planning);
      return { ...plan, outcomes: [...plan.outcomes, decision] };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { ...plan, outcomes: [...plan.outcomes, { refusal: error }] };
    }
  }, emptyPlan(roster));
}
