import type { Random } from "../../random/index.js";

/** Around the limits that recursive parsers have. */
export const DEPTHS = [33, 64, 101, 1_000, 10_000];

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.int(items.length)];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
}
