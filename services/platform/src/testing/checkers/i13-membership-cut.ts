import type { Dump, StoredConversation, StoredRow } from "../dump.js";
import { entriesOf, oksOf, parseClient, type History } from "../history.js";
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
  return [...leaks(history, cuts), ...sentFromOutside(history, cuts), ...readBelowFloor(dump)];
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

/**
 * A member's own `left` row is sent from inside; everything else by non-members is a send after the cut. The cut holds
 * for sends that began when the removal had been answered (P14); one that was on its way may come to stand behind it.
 */
function sentFromOutside(history: History, cuts: ReadonlyMap<string, Cut>): Violation[] {
  const began = sendsBegan(history);
  const answered = removalsAnswered(history);
  const wasOnItsWay = ({ conversation }: StoredConversation, { seq, sender, muid }: StoredRow, own: readonly Period[]): boolean => {
    const cut = Math.max(0, ...own.map(({ to }) => to).filter((to) => to < seq));
    const end = answered.get(`${conversation}\n${cut}`) ?? answered.get(`${conversation}\n${sender}`) ?? Number.NEGATIVE_INFINITY;
    return (began.get(`${conversation}\n${sender}\n${muid}`) ?? Number.POSITIVE_INFINITY) < end;
  };
  return [...cuts.values()].flatMap(({ stored, periods }) =>
    stored.rows
      .filter((row) => row.kind === "message" && !isService(row.sender) && !belongsAt(periods.get(row.sender), row.seq))
      .filter((row) => !wasOnItsWay(stored, row, periods.get(row.sender) ?? []))
      .map(({ seq, sender }) =>
        leak(`${sender} sent seq ${seq} without belonging`, stored.conversation, seq),
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
