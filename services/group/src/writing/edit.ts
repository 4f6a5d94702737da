import type { AppId, Uid } from "@parlance/platform/ids";
import type { User } from "@parlance/proto/identity/v1/identity";
import type { Party } from "@parlance/proto/messaging/v1/message";
import { rememberedName, type Plan } from "../domain/plan.js";
import type { Named, Roster } from "../domain/roster.js";
import { userParty } from "../domain/views.js";
import type { GroupEdit } from "../store/ports.js";
import { membershipChanged, type Nudge, type Telling } from "./facts.js";

/** Active users by uid. */
export type People = ReadonlyMap<Uid, User>;

/** The name a user goes by, and since when. */
export function namedOf(user: User | undefined): Named | undefined {
  if (user === undefined) return undefined;
  return { uid: user.uid as Uid, name: user.name, nameAtMs: Math.max(user.createdAtMs, user.updatedAtMs) };
}

export function partyOf(uid: Uid, people: People, roster: Roster): Party {
  const user = people.get(uid);
  if (user !== undefined) return userParty(user);
  return { id: uid, name: rememberedName(roster, uid).name, avatar: "", role: "" };
}

function differences<V>(before: ReadonlyMap<Uid, V>, after: ReadonlyMap<Uid, V>) {
  return {
    put: [...after].filter(([uid, value]) => before.get(uid) !== value).map(([, value]) => value),
    remove: [...before.keys()].filter((uid) => !after.has(uid)),
  };
}

/** What leads from one roster to the other. */
export function editOf(before: Roster, after: Roster): Pick<GroupEdit, "group" | "members" | "bans" | "joining"> {
  return {
    group: after.group,
    members: differences(before.members, after.members),
    bans: differences(before.bans, after.bans),
    joining: [...after.members.keys()].filter((uid) => !before.members.has(uid)),
  };
}

/** How a write by the caller is told. */
export interface Teller {
  readonly app: AppId;
  readonly actor: Uid;
  readonly sessionId?: string | undefined;
}

export function tellingOf({ app, actor, sessionId }: Teller, roster: Roster, people: People, atMs: number): Telling {
  return { app, group: roster.group, by: partyOf(actor, people, roster), atMs, origin: sessionId };
}

export function nudgesOf(telling: Telling, before: Roster, { changes }: Plan, people: People): Nudge[] {
  return changes.map(({ step, group }) =>
    membershipChanged({ ...telling, group }, step, partyOf(step.uid, people, before)));
}
