import type { Dump, StoredConversation, StoredRow } from "../dump.js";
import { entriesOf, parseClient, type History } from "../history.js";
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
  const answered = removalsAnswered(history);
  for (const stored of dump.conversations) {
    const periods = membershipOf(stored);
    if (periods !== undefined) cuts.set(stored.conversation, { stored, periods, begins, answered });
  }
  return [...leaks(history, cuts), ...sentFromOutside(history, cuts), ...readBelowFloor(dump)];
}

interface Cut {
  readonly stored: StoredConversation;
  readonly periods: ReadonlyMap<string, readonly Period[]>;
  readonly begins: ReadonlyMap<string, number>;
  readonly answered: ReadonlyMap<string, number>;
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
    // Also when it is lawful: that the client then shows the row is no news.
    told.add(key);
    if (wasAskedBeforeTheCut(seen, cut)) continue;
    const text = `seq ${seen.row.seq} reached ${uid} by ${seen.by}, who did not belong then`;
    violations.push(leak(text, seen.conversation, seen.row.seq, seen.client));
  }
  return violations;
}

function maySee(
  { client, conversation, row: { seq, hidden, sender }, t }: Observation,
  { stored, periods, begins }: Cut,
): boolean {
  const { uid } = parseClient(client);
  // Whether it may be there is judged below; that its sender knows it is no leak.
  if (sender === uid) return true;
  const own = periods.get(uid) ?? [];
  if (own.some(({ from, to }) => from <= seq && seq <= to)) return true;
  if (stored.historyVisibility === "sinceJoin" && hidden !== true) return false;
  // With full history the time before a join is open, but only once the join has happened.
  const known = (what: string | number): number => begins.get(`${conversation}\n${what}`) ?? Number.POSITIVE_INFINITY;
  return own.some(({ from }) => seq < from && Math.min(known(from), known(uid)) <= t);
}

/** An answer to a question that was asked before the removal had been answered (P14). What comes live has no such excuse. */
function wasAskedBeforeTheCut({ by, client, row, t0 }: Observation, cut: Cut): boolean {
  const { uid } = parseClient(client);
  return (by === "read" || by === "resume") && t0 < endOfCut(cut, uid, row.seq);
}

/** When the last removal of a user below a seq had been answered. */
function endOfCut({ stored: { conversation }, periods, answered }: Cut, uid: string, seq: number): number {
  const cut = Math.max(0, ...(periods.get(uid) ?? []).map(({ to }) => to).filter((to) => to < seq));
  return answered.get(`${conversation}\n${cut}`) ?? answered.get(`${conversation}\n${uid}`) ?? Number.NEGATIVE_INFINITY;
}

/**
 * When each seq can first have existed: a join that was asked for, or any sight of the row. A join whose answer was lost
 * counts for its user, whichever row it became.
 */
function earliestKnown(history: History): ReadonlyMap<string, number> {
  const earliest = new Map<string, number>();
  const note = (conversation: string, what: string | number, t: number): void => {
    const key = `${conversation}\n${what}`;
    earliest.set(key, Math.min(earliest.get(key) ?? t, t));
  };
  for (const entry of entriesOf(history, "join")) {
    if (entry.outcome === "ok") note(entry.args.conversation, entry.value.seq, entry.t0);
    if (entry.outcome === "unknown") note(entry.args.conversation, entry.args.uid, entry.t0);
  }
  for (const { conversation, row, t0 } of observations(history)) note(conversation, row.seq, t0);
  return earliest;
}

/**
 * A member's own `left` row is sent from inside; everything else by non-members is a send after the cut. The cut holds
 * for sends that began when the removal had been answered (P14); one that was on its way may come to stand behind it.
 */
function sentFromOutside(history: History, cuts: ReadonlyMap<string, Cut>): Violation[] {
  const began = sendsBegan(history);
  const wasOnItsWay = (cut: Cut, { seq, sender, muid }: StoredRow): boolean => {
    const t0 = began.get(`${cut.stored.conversation}\n${sender}\n${muid}`);
    return t0 !== undefined && t0 < endOfCut(cut, sender, seq);
  };
  return [...cuts.values()].flatMap((cut) =>
    cut.stored.rows
      .filter((row) => row.kind === "message" && !isService(row.sender) && !belongsAt(cut.periods.get(row.sender), row.seq))
      .filter((row) => !wasOnItsWay(cut, row))
      .map(({ seq, sender }) =>
        leak(`${sender} sent seq ${seq} without belonging`, cut.stored.conversation, seq),
      ),
  );
}

function sendsBegan(history: History): ReadonlyMap<string, number> {
  const began = new Map<string, number>();
  for (const { client, args: { conversation, muid }, t0 } of entriesOf(history, "send")) {
    const key = `${conversation}\n${parseClient(client).uid}\n${muid}`;
    began.set(key, Math.min(began.get(key) ?? t0, t0));
  }
  return began;
}

/** By the seq of the cut; of those whose answer was lost, by whom they concern: they may have been any. */
function removalsAnswered(history: History): ReadonlyMap<string, number> {
  const answered = new Map<string, number>();
  for (const entry of [...entriesOf(history, "kick"), ...entriesOf(history, "leave")]) {
    const { conversation, uid } = entry.args;
    if (entry.outcome === "ok") answered.set(`${conversation}\n${entry.value.seq}`, entry.t);
    if (entry.outcome === "unknown") answered.set(`${conversation}\n${uid}`, Number.POSITIVE_INFINITY);
  }
  return answered;
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
