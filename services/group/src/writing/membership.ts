import type { AppError } from "@parlance/platform/errors";
import type { AppId, Guid, Uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { EntryResult, MemberScope } from "@parlance/proto/group/v1/group";
import type { Message } from "@parlance/proto/messaging/v1/message";
import { checkOperation, type Intent, type Rules } from "../domain/decide.js";
import type { Entry } from "../domain/entries.js";
import { planned, type Outcome } from "../domain/plan.js";
import type { Roster } from "../domain/roster.js";
import type { Users } from "../users.js";
import type { GroupChanges, Written } from "./changes.js";
import { namedOf, type People } from "./edit.js";
import { membershipEventId } from "./facts.js";

/** Steps of a bulk call made in one go: no more than half of what may be pending. */
const SLICE = 8;

/** An intent before it is known whether the user exists. */
export type Asked =
  | { readonly kind: "join"; readonly uid: Uid; readonly admitted: boolean }
  | { readonly kind: "leave"; readonly uid: Uid }
  | { readonly kind: "kick" | "ban" | "unban"; readonly uid: Uid }
  | { readonly kind: "add" | "changeScope"; readonly uid: Uid; readonly scope: MemberScope };

export interface ChangedMember {
  /** The message in the group's log that tells of it. */
  readonly action: Message | undefined;
  readonly roster: Roster;
}

export interface MembershipOptions {
  readonly changes: GroupChanges;
  readonly users: Pick<Users, "resolve">;
  readonly rules: Rules;
}

/** Changes of members, each told to messaging before it is answered. */
export class Membership {
  readonly #options: MembershipOptions;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** One change; throws its refusal. */
  async change(context: CallContext, guid: Guid, asked: Asked): Promise<ChangedMember> {
    const people = await this.#options.users.resolve([context.actor, asked.uid], context);
    const written = await this.#write(context, { guid, people, asked: [asked], check: () => undefined });
    const outcome = written.plan.outcomes[0]!;
    if ("refusal" in outcome) throw outcome.refusal;
    return { action: actionOf(context.app, outcome, written), roster: written.plan.after };
  }

  /** Changes that fail one by one; throws when the actor has not the operation itself. */
  async changeMany(context: CallContext, guid: Guid, entries: readonly Entry[]): Promise<ChangedMembers> {
    const people = await this.#options.users.resolve([context.actor, ...entries.map(({ uid }) => uid)], context);
    const check = (roster: Roster) => checkBulk(roster, context.actor, entries, this.#options.rules);
    const results: EntryResult[] = [];
    let roster: Roster | undefined;
    for (let start = 0; start < entries.length; start += SLICE) {
      const slice = entries.slice(start, start + SLICE);
      const written = await this.#write(context, { guid, people, asked: slice.map(askedOf), check });
      slice.forEach((entry, at) => results.push(resultOf(context.app, entry, written.plan.outcomes[at]!, written)));
      roster = written.plan.after;
    }
    return { results, roster };
  }

  #write(context: CallContext, { guid, people, asked, check }: Write): Promise<Written> {
    const { changes, rules } = this.#options;
    const { actor } = context;
    const intents = asked.map((each) => intentOf(each, people));
    const named = (uid: Uid) => namedOf(people.get(uid));
    return changes.change(context, {
      guid, people, uids: [actor, ...asked.map(({ uid }) => uid)], stepsMax: asked.length,
      decide: (roster, atMs) => {
        check(roster);
        return { plan: planned(roster, intents, { actor, rules, atMs, named }) };
      },
    });
  }
}

export interface ChangedMembers {
  readonly results: EntryResult[];
  /** Undefined when there was nothing to do. */
  readonly roster: Roster | undefined;
}

interface Write {
  readonly guid: Guid;
  readonly people: People;
  readonly asked: readonly Asked[];
  readonly check: (roster: Roster) => void;
}

function checkBulk(roster: Roster, actor: Uid, entries: readonly Entry[], rules: Rules): void {
  if (entries.some(({ ban }) => !ban)) checkOperation(roster, actor, "addMembers", rules);
  if (entries.some(({ ban }) => ban)) checkOperation(roster, actor, "ban", rules);
}

function askedOf(entry: Entry): Asked {
  const { uid } = entry;
  return entry.ban ? { kind: "ban", uid } : { kind: "add", uid, scope: entry.scope };
}

function intentOf(asked: Asked, people: People): Intent {
  const exists = people.has(asked.uid);
  switch (asked.kind) {
    case "join":
    case "leave": return asked;
    case "add":
    case "changeScope": return { ...asked, exists };
    case "kick":
    case "ban":
    case "unban": return { ...asked, exists };
  }
}

function actionOf(app: AppId, outcome: Exclude<Outcome, { refusal: AppError }>, { actions }: Written): Message | undefined {
  return actions.get("repeated" in outcome ? outcome.repeated.eventId : membershipEventId(app, outcome.change.group));
}

function resultOf(app: AppId, { uid, ban }: Entry, outcome: Outcome, written: Written): EntryResult {
  if ("refusal" in outcome) {
    const { name, message } = outcome.refusal;
    return { uid, ban, success: false, errorCode: name, errorMessage: message, action: undefined };
  }
  return { uid, ban, success: true, errorCode: "", errorMessage: "", action: actionOf(app, outcome, written) };
}
