import type { Uid } from "@parlance/platform/ids";

/** What a membership row, or a silent membership change, does to one user's view. */
export interface MemberChange {
  readonly uid: Uid;
  /** Random part of the group's identity; another one is another group of the same guid. Empty: unknown. */
  readonly incarnation: string;
  /** Group-wide number of the change; an older one than stored has no effect. */
  readonly version: number;
  /** Rank after: 1 participant, 2 moderator, 3 admin; 0: not a member any more; undefined: unchanged (ban of a non-member, unban). */
  readonly scope: number | undefined;
  /** A new member sees only what follows. */
  readonly sinceJoin: boolean;
  readonly atMs: number;
}

export const MODERATOR_SCOPE = 2;

/** Group staff: may edit and delete messages of others (chat.md 10.6). */
export function isStaff(scope: number): boolean {
  return scope >= MODERATOR_SCOPE;
}
