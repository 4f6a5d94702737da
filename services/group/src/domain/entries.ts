import { fail } from "@parlance/platform/errors";
import { uid as asUid, type Uid } from "@parlance/platform/ids";
import { MemberScope, type MemberEntry } from "@parlance/proto/group/v1/group";

export const BULK_MAX = 25;

export type Entry =
  | { readonly uid: Uid; readonly ban: false; readonly scope: MemberScope }
  | { readonly uid: Uid; readonly ban: true };

/** Participant when nothing else is said. */
export function scopeAsked(scope: MemberScope): MemberScope {
  return scope === MemberScope.UNSPECIFIED ? MemberScope.PARTICIPANT : scope;
}

function height(entry: Entry | undefined): number {
  if (entry === undefined) return -1;
  return entry.ban ? 0 : entry.scope;
}

/** One entry per uid, of the highest asked for it: admin, moderator, participant, ban (chat.md 9.3). */
export function entriesOf(members: readonly MemberEntry[], bannedUids: readonly string[]): Entry[] {
  const asked: Entry[] = [
    ...members.map(({ uid, scope }) => ({ uid: asUid(uid), ban: false as const, scope: scopeAsked(scope) })),
    ...bannedUids.map((uid) => ({ uid: asUid(uid), ban: true as const })),
  ];
  const entries = new Map<Uid, Entry>();
  for (const entry of asked) if (height(entry) > height(entries.get(entry.uid))) entries.set(entry.uid, entry);
  if (entries.size > BULK_MAX) throw fail("ERROR_LIMIT_EXCEEDED", undefined, { params: { limit: BULK_MAX } });
  return [...entries.values()];
}
