import type { History, OkEntry } from "../history.js";
import type { Violation } from "../violation.js";
import { rangesIn } from "./observations.js";

/**
 * I5: a client that sees seq jump pulls the rows between before it shows a later one. So whenever a row is
 * shown, every number from where the client began up to it has come in: live, as its own ack, or inside a
 * range that an answer called complete.
 *
 * Where a client began is the first thing it hears of a conversation: an answer's range or head, or the first
 * live row. A client that drops its copy (`reset`) begins anew.
 */
export function checkGapsDetected(history: History): Violation[] {
  const violations: Violation[] = [];
  const coverages = new Coverages();
  for (const entry of history) {
    if (entry.outcome !== "ok") continue;
    if (entry.op === "shown") {
      const {
        client,
        value: { seq },
        args: { conversation },
      } = entry;
      const missing = coverages.of(client, conversation).missingBelow(seq);
      if (missing === undefined) continue;
      const text = `seq ${seq} was shown although seq ${missing} had not come in`;
      violations.push({ invariant: "I5", class: "hole", text, client, conversation, seq });
    } else {
      cover(coverages, entry);
    }
  }
  return violations;
}

function cover(coverages: Coverages, entry: OkEntry): void {
  const { client } = entry;
  for (const range of rangesIn(entry)) {
    coverages.of(client, range.conversation).add(range.afterSeq, range.completeThrough);
  }
  switch (entry.op) {
    case "deliver":
    case "send":
    case "edit":
    case "delete":
    case "react":
    case "pin":
    case "join":
    case "leave":
    case "kick": {
      // A withheld message and a change that changed nothing have no seq.
      const { seq = 0 } = entry.value;
      if (seq > 0) coverages.of(client, entry.args.conversation).add(seq - 1, seq);
      return;
    }
    case "read":
      if (entry.args.filtered === true)
        coverages.of(client, entry.args.conversation).beginAt(entry.value.completeThrough);
      return;
    case "list":
      for (const { conversation, head } of entry.value.entries)
        coverages.of(client, conversation).beginAt(head);
      return;
    case "reset":
      coverages.drop(client, entry.args.conversation);
      return;
    case "shown":
    case "resume":
    case "connect":
    case "disconnect":
    case "mark":
    case "receipt":
    case "unread":
    case "presence":
    case "wire":
    case "fault":
      return;
  }
}

/**
 * The numbers that one client knows of one conversation: everything up to `#through`, and ranges `(after,
 * through]` beyond.
 */
class Coverage {
  #through: number | undefined;
  #ahead: { after: number; through: number }[] = [];

  beginAt(seq: number): void {
    this.#through ??= seq;
  }

  add(after: number, through: number): void {
    if (through <= after) {
      this.beginAt(after);
      return;
    }
    this.#through ??= after;
    this.#ahead.push({ after, through });
    this.#ahead.sort((a, b) => a.after - b.after);
    for (
      let first = this.#ahead[0];
      first !== undefined && first.after <= this.#through;
      first = this.#ahead[0]
    ) {
      this.#through = Math.max(this.#through, first.through);
      this.#ahead.shift();
    }
  }

  /** The lowest unknown number below `seq`. */
  missingBelow(seq: number): number | undefined {
    let through = this.#through ?? seq - 1;
    for (const range of this.#ahead) {
      if (range.after <= through) through = Math.max(through, range.through);
    }
    return through + 1 < seq ? through + 1 : undefined;
  }
}

class Coverages {
  readonly #clients = new Map<string, Map<string, Coverage>>();

  of(client: string, conversation: string): Coverage {
    const ofClient = this.#clients.get(client) ?? new Map<string, Coverage>();
    this.#clients.set(client, ofClient);
    const coverage = ofClient.get(conversation) ?? new Coverage();
    ofClient.set(conversation, coverage);
    return coverage;
  }

  drop(client: string, conversation: string | undefined): void {
    if (conversation === undefined) this.#clients.delete(client);
    else this.#clients.get(client)?.delete(conversation);
  }
}

/** Jumps in what came in live, for the report: each had to be repaired. */
export function countGaps(history: History): number {
  const highest = new Map<string, number>();
  let gaps = 0;
  for (const entry of history) {
    if (entry.outcome !== "ok" || entry.op !== "deliver") continue;
    const key = `${entry.client}\n${entry.args.conversation}`;
    const before = highest.get(key);
    if (before !== undefined && entry.value.seq > before + 1) gaps += 1;
    highest.set(key, Math.max(before ?? 0, entry.value.seq));
  }
  return gaps;
}
