// A number that no row stands at is filled with a void row, through the fence (reliability.md W15): whichever lands second,
// the filler or a late row, is refused, so nobody has to know which of them it will be.
import { SYSTEM_UID, type IdSource } from "@parlance/platform/ids";
import type { ConversationId } from "../domain/conversation.js";
import type { AppendOutcome, Hole, LogEnd, LogStore, NewRow } from "../store/ports.js";
import type { CommittedRow } from "./draft.js";

export interface FillParts {
  readonly store: Pick<LogStore, "append">;
  readonly ids: IdSource;
}

const NOTHING = new Uint8Array(0);

/** Fills the holes of an end one by one, since one that a late row took stops none of the others. Answers what it wrote. */
export async function fillHoles(parts: FillParts, conversation: ConversationId, end: LogEnd): Promise<readonly CommittedRow[]> {
  const filled: CommittedRow[] = [];
  for (const hole of end.holes) {
    const row = voidRow(conversation, end, hole, parts.ids.next());
    const [outcome] = await parts.store.append([row]);
    if (outcome?.kind === "committed") filled.push(committed(row, outcome));
  }
  return filled;
}

function voidRow(conversation: ConversationId, end: LogEnd, hole: Hole, id: number): NewRow {
  return {
    conversation, id, handle: end.handle, label: end.label, seq: hole.seq, kind: "void", sender: SYSTEM_UID, muid: undefined,
    fingerprint: "", countable: false, countableNo: hole.countableNo, sentAtMs: hole.sentAtMs, category: 0, type: "",
    body: NOTHING, change: undefined, member: undefined,
  };
}

function committed(row: NewRow, { position }: Extract<AppendOutcome, { kind: "committed" }>): CommittedRow {
  const { conversation, label, kind, seq, id, sentAtMs, body } = row;
  return { conversation, label, kind, seq, id, sentAtMs, body, target: undefined, memberUid: undefined, origin: undefined, position };
}
