// The four lists of uids in bodies of R-G-01 and R-G-06 and the same four in their answers (rest.md 4.8).

import { MemberScope, type EntryResult, type MemberEntry } from "@parlance/proto/group/v1/group";
import { messageEntity } from "../entities/message.js";
import { entity, mapOf, present, refTo } from "../entities/values.js";
import type { JsonObject } from "../input/json-body.js";
import type { Fields, Values } from "../schema/index.js";
import { uids } from "./fields.js";

export const LISTS = { admins: uids(), moderators: uids(), participants: uids(), usersToBan: uids() } satisfies Fields;

export type Lists = Partial<Values<typeof LISTS>>;

/** A uid listed twice takes the first of these. */
const RANKS = [
  ["admins", MemberScope.ADMIN], ["moderators", MemberScope.MODERATOR], ["participants", MemberScope.PARTICIPANT],
  ["usersToBan", undefined],
] as const;

type ListName = (typeof RANKS)[number][0];

interface Placed {
  readonly list: ListName;
  readonly scope: MemberScope | undefined;
}

function placed(lists: Lists): Map<string, Placed> {
  const places = new Map<string, Placed>();
  for (const [list, scope] of RANKS) for (const uid of lists[list] ?? []) if (!places.has(uid)) places.set(uid, { list, scope });
  return places;
}

export function entriesOf(lists: Lists): { readonly members: MemberEntry[]; readonly bannedUids: string[] } {
  const members: MemberEntry[] = [];
  const bannedUids: string[] = [];
  for (const [uid, { scope }] of placed(lists)) {
    if (scope === undefined) bannedUids.push(uid);
    else members.push({ uid, scope });
  }
  return { members, bannedUids };
}

/** Outcomes under the list that each uid came from. */
export function resultsByList(lists: Lists, results: readonly EntryResult[]): JsonObject {
  const places = placed(lists);
  const byList: Partial<Record<ListName, Record<string, JsonObject>>> = {};
  for (const result of results) {
    const list = result.ban ? "usersToBan" : places.get(result.uid)?.list ?? "participants";
    // Ids are of a-z 0-9 - _, and __proto__ is such an id: fromEntries keeps it a plain key.
    byList[list] = Object.fromEntries([...Object.entries(byList[list] ?? {}), [result.uid, entryOf(result)]]);
  }
  return present(byList);
}

function entryOf({ success, errorCode, errorMessage, action, ban }: EntryResult): JsonObject {
  if (!success) return { success: false, error: { code: errorCode, message: errorMessage } };
  return ban || action === undefined ? { success: true } : { success: true, data: messageEntity(action) };
}

const byUid = mapOf(refTo("Entry"));
export const LIST_RESULTS = entity({ admins: byUid, moderators: byUid, participants: byUid, usersToBan: byUid }, []);
