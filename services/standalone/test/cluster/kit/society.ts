import type { Society } from "../../faults/kit/pairs.js";

export interface SocietySize {
  readonly users: number;
  readonly pairs: number;
  readonly groups: number;
  readonly membersAGroup: number;
}

export const USUAL_SIZE: SocietySize = { users: 10, pairs: 14, groups: 3, membersAGroup: 5 };

/** People, pairs and groups under names that no other run of the same app has. */
export function society(prefix: string, { users, pairs, groups, membersAGroup }: SocietySize = USUAL_SIZE): Society {
  const uids = Array.from({ length: users }, (_, index) => `${prefix}-alice${index}`);
  return {
    uids,
    pairs: Array.from({ length: pairs }, (_, index) => [uids[index % users]!, uids[(index + 1 + Math.floor(index / users)) % users]!] as const),
    groups: Array.from({ length: groups }, (_, index) => ({
      guid: `${prefix}-club${index}`, members: Array.from({ length: membersAGroup }, (_each, member) => uids[(3 * index + member) % users]!),
    })),
  };
}
