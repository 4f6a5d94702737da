import type { StoredConversation } from "../dump.js";

/**
 * `from` is the seq of the row that made the member (0 for founders); `to` that of the row that ended it.
 * Both may be seen.
 */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/**
 * When each user belonged to a conversation, read off its membership rows. Undefined when the dump does not
 * name the founders. Users who never belonged have no entry.
 */
export function membershipOf(conversation: StoredConversation): ReadonlyMap<string, readonly Period[]> | undefined {
  if (conversation.founders === undefined) return undefined;
  const periods = new Map<string, Period[]>(
    conversation.founders.map((uid) => [uid, [{ from: 0, to: Number.POSITIVE_INFINITY }]]),
  );
  for (const { kind, on, seq } of conversation.rows) {
    if (on === undefined) continue;
    const own = periods.get(on) ?? [];
    const last = own.at(-1);
    const belongs = last !== undefined && last.to === Number.POSITIVE_INFINITY;
    if ((kind === "joined" || kind === "added") && !belongs) {
      periods.set(on, [...own, { from: seq, to: Number.POSITIVE_INFINITY }]);
    } else if ((kind === "left" || kind === "kicked" || kind === "banned") && belongs) {
      periods.set(on, [...own.slice(0, -1), { from: last.from, to: seq }]);
    }
  }
  return periods;
}

/** Whether a user belongs when the log has grown to `seq`. */
export function belongsAt(periods: readonly Period[] | undefined, seq: number): boolean {
  return periods?.some(({ from, to }) => from <= seq && seq < to) ?? false;
}
