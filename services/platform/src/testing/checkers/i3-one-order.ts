import type { Dump, StoredConversation } from "../dump.js";
import { oksOf, type History } from "../history.js";
import type { Violation } from "../violation.js";
import { observations } from "./observations.js";

/**
 * I3: one order per conversation. The store is dense, nobody saw a seq under two ids, and every client shows
 * in store order.
 */
export function checkOneOrder(history: History, dump: Dump): Violation[] {
  return [...dump.conversations.flatMap(notDense), ...conflicts(history, dump), ...inversionsShown(history)];
}

function notDense({ conversation, head, rows }: StoredConversation): Violation[] {
  const violations: Violation[] = [];
  let before: { seq: number; sentAtMs?: number } = { seq: 0 };
  for (const row of rows) {
    const at = { conversation, seq: row.seq, id: row.id };
    if (row.seq > before.seq + 1) {
      violations.push(order("hole", `seq ${before.seq + 1} to ${row.seq - 1} is missing in the store`, at));
    } else if (row.seq <= before.seq) {
      violations.push(order("inversion", `seq ${row.seq} follows seq ${before.seq} in the store`, at));
    }
    if (row.sentAtMs !== undefined && row.sentAtMs < (before.sentAtMs ?? 0)) {
      violations.push(order("inversion", `sentAtMs falls at seq ${row.seq} (W16)`, at));
    }
    before = row;
  }
  if (head !== before.seq) {
    violations.push(
      order("hole", `the head is ${head}, but the last row is ${before.seq}`, { conversation, seq: head }),
    );
  }
  return violations;
}

/** The first id under which anyone saw a (conversation, seq) must be the only one, the store's included. */
function conflicts(history: History, dump: Dump): Violation[] {
  const violations: Violation[] = [];
  const names = new Map<string, Map<number, number>>();
  const see = (conversation: string, seq: number, id: number | undefined, client?: string): void => {
    if (id === undefined || id === 0) return;
    const ids = names.get(conversation) ?? new Map<number, number>();
    names.set(conversation, ids);
    const known = ids.get(seq);
    if (known === undefined) ids.set(seq, id);
    else if (known !== id) {
      const at = { conversation, seq, id, ...(client === undefined ? {} : { client }) };
      violations.push(order("inversion", `seq ${seq} is id ${known} and id ${id}`, at));
    }
  };
  for (const { conversation, rows } of dump.conversations)
    for (const { seq, id } of rows) see(conversation, seq, id);
  for (const { client, args, value } of oksOf(history, "send"))
    see(args.conversation, value.seq, value.id, client);
  for (const { client, conversation, row } of observations(history))
    see(conversation, row.seq, row.id, client);
  return violations;
}

function inversionsShown(history: History): Violation[] {
  const violations: Violation[] = [];
  const last = new Map<string, Map<string, number>>();
  for (const entry of history) {
    if (entry.outcome !== "ok") continue;
    if (entry.op === "reset") {
      if (entry.args.conversation === undefined) last.delete(entry.client);
      else last.get(entry.client)?.delete(entry.args.conversation);
    } else if (entry.op === "shown") {
      const {
        client,
        value,
        args: { conversation },
      } = entry;
      const ofClient = last.get(client) ?? new Map<string, number>();
      last.set(client, ofClient);
      const before = ofClient.get(conversation) ?? 0;
      // The same seq again is I2's.
      if (value.seq < before) {
        const text = `seq ${value.seq} was shown after seq ${before}`;
        violations.push(order("inversion", text, { client, conversation, seq: value.seq }));
      }
      ofClient.set(conversation, Math.max(before, value.seq));
    }
  }
  return violations;
}

function order(kind: "hole" | "inversion", text: string, at: Partial<Violation>): Violation {
  return { ...at, invariant: "I3", class: kind, text };
}
