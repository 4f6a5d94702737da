// One write command of a lane: drafts get their numbers, the store's answers become acks, retries and refusals.
import type { Clock } from "@parlance/platform/time";
import type { IdSource } from "@parlance/platform/ids";
import { placeContent } from "./placement.js";
import type { AppendOutcome, NewRow } from "../store/ports.js";
import type { CommittedRow } from "./draft.js";
import type { Entry } from "./entry.js";
import type { End, LogEnds } from "./log-ends.js";

export interface Numbered {
  readonly entry: Entry;
  readonly row: NewRow;
}

/** Numbers entries from the known ends, ascending within each conversation. The ends move only when rows commit. */
export function numberEntries(entries: readonly Entry[], ends: LogEnds, parts: { clock: Clock; ids: IdSource }): Numbered[] {
  const now = parts.clock.now();
  const next = new Map<string, { seq: number; id: number; countableNo: number; sentAtMs: number }>();
  return entries.map((entry) => {
    const end = ends.get(entry.key)!;
    let at = next.get(entry.key);
    if (at === undefined) next.set(entry.key, (at = { seq: end.seq, id: end.id, countableNo: end.countableNo, sentAtMs: end.sentAtMs }));
    at.seq += 1;
    // Within a log ids grow with seq, also when another pod's clock was ahead (chat.md 12.4).
    at.id = parts.ids.next(at.id);
    at.countableNo += entry.draft.countable ? 1 : 0;
    // Time follows order (W16): a clock that jumps back does not take the log with it.
    at.sentAtMs = Math.max(now, at.sentAtMs);
    return { entry, row: numberedRow(entry, end, { ...at }) };
  });
}

function numberedRow(entry: Entry, end: End, place: { seq: number; countableNo: number; sentAtMs: number; id: number }): NewRow {
  const { draft } = entry;
  return {
    conversation: draft.conversation,
    handle: end.handle,
    label: end.label,
    seq: place.seq,
    id: place.id,
    kind: draft.kind,
    sender: draft.sender,
    muid: draft.muid,
    fingerprint: draft.fingerprint,
    countable: draft.countable,
    countableNo: place.countableNo,
    sentAtMs: place.sentAtMs,
    category: draft.category,
    type: draft.type,
    body: placeContent(draft.content, place, end.labelField),
    change: draft.change,
    member: draft.member,
  };
}

/** Moves the end of a log to a row that is committed. */
export function advance(end: End, row: NewRow, outcome: Extract<AppendOutcome, { kind: "committed" }>): void {
  end.handle = outcome.handle;
  end.seq = row.seq;
  end.id = row.id;
  end.countableNo = row.countableNo;
  end.sentAtMs = row.sentAtMs;
}

export function committedRow(numbered: Numbered, outcome: Extract<AppendOutcome, { kind: "committed" }>): CommittedRow {
  const { row, entry } = numbered;
  return {
    conversation: row.conversation, label: row.label, kind: row.kind, seq: row.seq, id: row.id, sentAtMs: row.sentAtMs,
    body: row.body, target: outcome.target, memberUid: row.member?.uid, origin: entry.draft.origin, trace: entry.draft.trace, position: outcome.position,
  };
}
