import type { Uid } from "@parlance/platform/ids";
import { fail } from "@parlance/platform/errors";
import type { GroupState } from "../ports.js";
import { homeOf, type Collections, type PersonDoc } from "./documents.js";
import { peopleOf, settledGroup } from "./settling.js";
import { banOf, groupOf, memberOf, pendingOf } from "./stored.js";

const RACES_MAX = 100;

/** One moment: people who are younger than the group mean that it has changed since. */
export async function state(all: Collections, id: string, uids: readonly Uid[]): Promise<GroupState> {
  for (let race = 0; race < RACES_MAX; race += 1) {
    const doc = await settledGroup(all, id);
    const pending = (doc?.untold ?? []).map(pendingOf);
    const group = doc && groupOf(doc);
    if (doc === undefined || group === undefined) return { group: undefined, members: [], bans: [], pending };
    const people = await peopleOf(all, uids.map((uid) => ({ home: homeOf(doc), uid })));
    if (people.some(({ at }) => at > doc.revision)) continue;
    return { group, members: people.filter(isMember).map(memberOf), bans: people.filter(isBanned).map(banOf), pending };
  }
  throw fail("ERR_OPERATION_FAILED", "the group changes all the time");
}

const isMember = ({ kind }: PersonDoc): boolean => kind === "m";
const isBanned = ({ kind }: PersonDoc): boolean => kind === "b";
