// A place in the event log as clients keep it: v1.<log>.<ms>.<groups>.<positions>, all but the first two in base 36. Clients do
// not look into it. It is not signed: whoever changes it deceives nobody else.

import type { Session } from "../ws/session.js";

export interface Place {
  readonly logId: string;
  /** Unix ms of the gateway that told it. */
  readonly atMs: number;
  /** Which groups' channels the connection heard. */
  readonly groups: string;
  /** By partition. */
  readonly positions: readonly number[];
}

const VERSION = "v1";
const RADIX = 36;
export const PLACE_LENGTH_MAX = 2_048;

export function writePlace({ logId, atMs, groups, positions }: Place): string {
  return [VERSION, logId, atMs.toString(RADIX), groups, positions.map((position) => position.toString(RADIX)).join("-")].join(".");
}

/** Undefined for what no gateway wrote. */
export function readPlace(text: string): Place | undefined {
  const [version, logId, at, groups, positions, ...rest] = text.length > PLACE_LENGTH_MAX ? [] : text.split(".");
  if (version !== VERSION || logId === undefined || groups === undefined || positions === undefined || rest.length > 0) return undefined;
  const numbers = [at ?? "", ...positions.split("-")].map(numberOf);
  const [atMs, ...offsets] = numbers;
  if (atMs === undefined || numbers.includes(Number.NaN)) return undefined;
  return { logId, atMs, groups, positions: offsets };
}

function numberOf(text: string): number {
  const number = /^[0-9a-z]{1,11}$/.test(text) ? Number.parseInt(text, RADIX) : Number.NaN;
  return Number.isSafeInteger(number) ? number : Number.NaN;
}

/** The same for two connections exactly when they hear the same groups. */
export function groupsHeard({ groupsLow, groupsHigh }: Pick<Session, "groupsLow" | "groupsHigh">): string {
  return `${(groupsLow >>> 0).toString(RADIX)}-${(groupsHigh >>> 0).toString(RADIX)}`;
}
