import type { Dump } from "../dump.js";
import { oksOf, sendKey, type History, type OkEntry } from "../history.js";
import type { Violation } from "../violation.js";
import { groupBy } from "./observations.js";

/** I2: nothing is shown twice, stored twice, or acked under two numbers. */
export function checkNoDuplicates(history: History, dump: Dump): Violation[] {
  return [...shownTwice(history), ...storedTwice(dump), ...ackedTwice(history)];
}

/** A client that dropped its copy may show everything again. */
function shownTwice(history: History): Violation[] {
  const violations: Violation[] = [];
  const shown = new Map<string, Map<string, Set<string>>>();
  for (const entry of history) {
    if (entry.outcome !== "ok") continue;
    if (entry.op === "reset") {
      if (entry.args.conversation === undefined) shown.delete(entry.client);
      else shown.get(entry.client)?.delete(entry.args.conversation);
    } else if (entry.op === "shown") {
      violations.push(...shownBefore(entry, seenSet(shown, entry.client, entry.args.conversation)));
    }
  }
  return violations;
}

function seenSet(
  shown: Map<string, Map<string, Set<string>>>,
  client: string,
  conversation: string,
): Set<string> {
  const ofClient = shown.get(client) ?? new Map<string, Set<string>>();
  shown.set(client, ofClient);
  const seen = ofClient.get(conversation) ?? new Set<string>();
  ofClient.set(conversation, seen);
  return seen;
}

function shownBefore({ client, args, value: { seq, id } }: OkEntry<"shown">, seen: Set<string>): Violation[] {
  const marks = [`seq ${seq}`, ...(id === undefined || id === 0 ? [] : [`id ${id}`])];
  const again = marks.find((mark) => seen.has(mark));
  for (const mark of marks) seen.add(mark);
  if (again === undefined) return [];
  return [doubled(`${again} was shown twice`, { client, conversation: args.conversation, seq })];
}

function storedTwice(dump: Dump): Violation[] {
  const violations: Violation[] = [];
  const ids = new Set<string>();
  for (const { app, conversation, rows } of dump.conversations) {
    const muids = new Map<string, number>();
    for (const { seq, id, sender, muid } of rows) {
      const name = `${app}\n${id}`;
      if (id !== 0 && ids.has(name))
        violations.push(doubled(`id ${id} names two rows`, { conversation, seq, id }));
      ids.add(name);
      if (muid === undefined || muid === "") continue;
      const first = muids.get(`${sender}\n${muid}`);
      if (first !== undefined) {
        const text = `muid ${muid} of ${sender} is stored at seq ${first} and ${seq}`;
        violations.push(doubled(text, { conversation, seq, id }));
      }
      muids.set(`${sender}\n${muid}`, first ?? seq);
    }
  }
  return violations;
}

/** A resend gets the first answer; the same muid with other content gets none (P4). */
function ackedTwice(history: History): Violation[] {
  const sends = groupBy(oksOf(history, "send"), sendKey);
  return [...sends.values()].flatMap((group) => {
    const [first, ...others] = group;
    if (first === undefined) return [];
    return others.flatMap(({ client, args, value }) => {
      const { conversation, muid } = args;
      const at = { client, conversation, seq: value.seq, id: value.id };
      if (args.content !== first.args.content)
        return [doubled(`muid ${muid} was acked for two contents`, at)];
      // A withheld message (seq 0) gets its number when it is released.
      const sameSeq = value.seq === first.value.seq || value.seq === 0 || first.value.seq === 0;
      if (value.id === first.value.id && sameSeq) return [];
      return [doubled(`muid ${muid} was acked at seq ${first.value.seq} and again at seq ${value.seq}`, at)];
    });
  });
}

function doubled(text: string, at: Pick<Violation, "client" | "conversation" | "seq" | "id">): Violation {
  return { invariant: "I2", class: "doubled", text, ...at };
}

/** Rows that came live more than once to a client, for the wire goal of P11. */
export function countWireDuplicates(history: History): { extra: number; delivered: number } {
  const deliveries = oksOf(history, "deliver");
  const distinct = new Set(
    deliveries.map(({ client, args, value }) => `${client}\n${args.conversation}\n${value.seq}`),
  );
  return { extra: deliveries.length - distinct.size, delivered: deliveries.length };
}
