import type { Dump } from "../dump.js";
import type { History } from "../history.js";
import type { Violation } from "../violation.js";
import { servedRanges } from "./observations.js";
import { storedLogs } from "./stored.js";

/** I6: a row at or below a served `completeThrough` that the answer did not have was inserted late. */
export function checkNoLateInsert(history: History, dump: Dump): Violation[] {
  const logs = storedLogs(dump);
  const violations: Violation[] = [];
  for (const { entry, conversation, afterSeq, completeThrough, rows } of servedRanges(history)) {
    const log = logs.get(conversation);
    if (log === undefined) continue;
    const served = new Set(rows.map((row) => row.seq));
    for (let seq = afterSeq + 1; seq <= Math.min(completeThrough, log.stored.head); seq += 1) {
      const row = log.bySeq.get(seq);
      if (row === undefined || served.has(seq)) continue;
      const text = `seq ${seq} is stored, but was absent when ${entry.op} called everything through ${completeThrough} complete`;
      violations.push({
        invariant: "I6",
        class: "hole",
        text,
        conversation,
        seq,
        id: row.id,
        client: entry.client,
      });
    }
  }
  return violations;
}
