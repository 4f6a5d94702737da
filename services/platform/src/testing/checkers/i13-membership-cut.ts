import type { Dump, StoredConversation } from "../dump.js";
import { oksOf, parseClient, type History } from "../history.js";
import type { Violation } from "../violation.js";
import { belongsAt, membershipOf, type Period } from "./membership.js";
import { observations, type Observation } from "./observations.js";

/**
 * I13: after the row that removes a user no later row reaches that user; after a join only what the history
 * policy allows; and nobody who does not belong sends. A row that comes `hidden` tells its number only, and
 * is allowed to a member.
 */
export function checkMembershipCut(history: History, dump: Dump): Violation[] {
  const cuts = new Map<string, Cut>();
  const begins = earliestKnown(history);
  for (const stored of dump.conversations) {
    const periods = membershipOf(stored);
    if (periods !== undefined) cuts.set(stored.conversation, { stored, periods, begins });
  }
  return [...leaks(history, cuts), ...sentFromOutside(cuts), ...readBelowFloor(dump)];
}

interface Cut {
  readonly stored: StoredConversation;
  readonly periods: ReadonlyMap<string, readonly Period[]>;
  readonly begins: ReadonlyMap<string, number>;
}

function leaks(history: History, cuts: ReadonlyMap<string, Cut>): Violation[] {
  const violations: Violation[] = [];
  const told = new Set<string>();
  for (const seen of observations(history)) {
    const cut = cuts.get(seen.conversation);
    if (cut === undefined || maySee(seen, cut)) continue;
    const { uid } = parseClient(seen.client);
    const key = `${seen.client}\n${seen.conversation}\n${seen.row.seq}`;
    if (told.has(key)) continue;
    told.add(key);
    const text = `seq ${seen.row.seq} reached ${uid} by ${seen.by}, who did not belong then`;
    violations.push(leak(text, seen.conversation, seen.row.seq, seen.client));
  }
  return violations;
}

function maySee(
  { client, conversation, row: { seq, hidden }, t }: Observation,
  { stored, periods, begins }: Cut,
): boolean {
  const own = periods.get(parseClient(client).uid) ?? [];
  if (own.some(({ from, to }) => from <= seq && seq <= to)) return true;
  if (stored.historyVisibility === "sinceJoin" && hidden !== true) return false;
  // With full history the time before a join is open, but only once the join has happened.
  return own.some(
    ({ from }) => seq < from && (begins.get(`${conversation}\n${from}`) ?? Number.POSITIVE_INFINITY) <= t,
  );
}

/** When each seq can first have existed: a join that was asked for, or any sight of the row. */
function earliestKnown(history: History): ReadonlyMap<string, number> {
  const earliest = new Map<string, number>();
  const note = (conversation: string, seq: number, t: number): void => {
    const key = `${conversation}\n${seq}`;
    earliest.set(key, Math.min(earliest.get(key) ?? t, t));
  };
  for (const { args, value, t0 } of oksOf(history, "join")) note(args.conversation, value.seq, t0);
  for (const { conversation, row, t0 } of observations(history)) note(conversation, row.seq, t0);
  return earliest;
}

/** A member's own `left` row is sent from inside; everything else by non-members is a send after the cut. */
function sentFromOutside(cuts: ReadonlyMap<string, Cut>): Violation[] {
  return [...cuts.values()].flatMap(({ stored, periods }) =>
    stored.rows
      .filter(
        (row) =>
          row.kind === "message" && !isService(row.sender) && !belongsAt(periods.get(row.sender), row.seq),
      )
      .map(({ seq, sender }) =>
        leak(`${sender} sent seq ${seq} without belonging`, stored.conversation, seq),
      ),
  );
}

function isService(uid: string): boolean {
  return uid.startsWith("app_");
}

function readBelowFloor(dump: Dump): Violation[] {
  return dump.conversations.flatMap(({ conversation, finalHistories }) =>
    (finalHistories ?? []).flatMap(({ uid, floor, rows }) =>
      rows
        .filter(({ seq }) => seq <= floor)
        .map(({ seq }) =>
          leak(
            `the final history of ${uid} shows seq ${seq}, at or below the floor ${floor}`,
            conversation,
            seq,
          ),
        ),
    ),
  );
}

function leak(text: string, conversation: string, seq: number, client?: string): Violation {
  return {
    invariant: "I13",
    class: "other",
    text,
    conversation,
    seq,
    ...(client === undefined ? {} : { client }),
  };
}
