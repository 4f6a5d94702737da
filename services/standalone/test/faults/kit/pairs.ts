import { toGroup, toUser, type Place } from "./places.js";
import type { KnownConversation } from "./final-state.js";

/** Who talks with whom in a run. */
export interface Society {
  readonly uids: readonly string[];
  readonly pairs: readonly (readonly [string, string])[];
  readonly groups: readonly { readonly guid: string; readonly members: readonly string[] }[];
}

export function placesOf({ pairs, groups }: Society, uid: string): readonly Place[] {
  return [
    ...pairs.filter((pair) => pair.includes(uid)).map(([one, other]) => toUser(one === uid ? other : one)),
    ...groups.filter(({ members }) => members.includes(uid)).map(({ guid }) => toGroup(guid)),
  ];
}

/** All conversations, with everybody who can read them. */
export function conversationsOf({ pairs, groups }: Society): readonly KnownConversation[] {
  return [
    ...pairs.map(([one, other]) => ({
      readers: [{ uid: one, place: toUser(other) }, { uid: other, place: toUser(one) }], founders: [one, other],
    })),
    ...groups.map(({ guid, members }) => ({
      readers: members.map((uid) => ({ uid, place: toGroup(guid) })), founders: members,
    })),
  ];
}
