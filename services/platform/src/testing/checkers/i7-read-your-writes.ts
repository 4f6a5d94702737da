import { ackedSends, oksOf, type History, type OkEntry } from "../history.js";
import type { Violation } from "../violation.js";
import { groupBy } from "./observations.js";
import { sweep } from "./sweep.js";

type Send = OkEntry<"send">;
type Question = OkEntry<"read"> | OkEntry<"list">;

/**
 * I7: after an ack, history and conversation list answer the sender, on any node, with the acked row in them.
 */
export function checkReadYourWrites(history: History): Violation[] {
  const questions = groupBy<Question>(
    [...oksOf(history, "read"), ...oksOf(history, "list")],
    ({ client }) => client,
  );
  return [...groupBy(ackedSends(history), ({ client }) => client)].flatMap(([client, sends]) =>
    staleAnswers(sends, questions.get(client) ?? []),
  );
}

function staleAnswers(sends: readonly Send[], questions: readonly Question[]): Violation[] {
  const violations: Violation[] = [];
  const acked = new Map<string, Acked>();
  const onAck = (send: Send): void => {
    const own = acked.get(send.args.conversation) ?? new Acked();
    acked.set(send.args.conversation, own);
    own.add(send);
  };
  sweep(sends, questions, onAck, (question) => {
    if (question.op === "read")
      violations.push(...missingInRead(question, acked.get(question.args.conversation)));
    else violations.push(...missingInList(question, acked));
  });
  return violations;
}

/** A client's own acked sends in one conversation, so far. */
class Acked {
  readonly bySeq = new Map<number, Send>();
  highest: Send | undefined;

  add(send: Send): void {
    this.bySeq.set(send.value.seq, send);
    if (this.highest === undefined || send.value.seq > this.highest.value.seq) this.highest = send;
  }
}

function missingInRead(read: OkEntry<"read">, own: Acked | undefined): Violation[] {
  if (own?.highest === undefined || otherEpoch(own.highest, read)) return [];
  const { head, completeThrough, rows } = read.value;
  if (own.highest.value.seq > head) return [stale(read, own.highest, `a read answered head ${head}`)];
  if (read.args.filtered === true) return [];
  // Who left and came back may find older own rows hidden; whether rightly is for I1 and I13 to say.
  const ids = new Map(rows.map((row) => [row.seq, row.hidden === true ? "hidden" : row.id]));
  const missing: Violation[] = [];
  for (let seq = read.args.afterSeq + 1; seq <= completeThrough; seq += 1) {
    const send = own.bySeq.get(seq);
    if (send !== undefined && ids.get(seq) !== "hidden" && ids.get(seq) !== send.value.id)
      missing.push(stale(read, send, "a read left it out"));
  }
  return missing;
}

function missingInList(list: OkEntry<"list">, acked: ReadonlyMap<string, Acked>): Violation[] {
  const heads = new Map(list.value.entries.map(({ conversation, head }) => [conversation, head]));
  return [...acked].flatMap(([conversation, { highest }]) => {
    if (highest === undefined || otherEpoch(highest, list)) return [];
    const head = heads.get(conversation);
    if (head === undefined)
      return list.args.complete === true ? [stale(list, highest, "the list left it out")] : [];
    return head < highest.value.seq ? [stale(list, highest, `the list answered head ${head}`)] : [];
  });
}

/** After a restore the store may honestly have less. */
function otherEpoch(send: Send, { value }: Question): boolean {
  return send.value.epoch !== undefined && value.epoch !== undefined && send.value.epoch !== value.epoch;
}

function stale({ client, args }: Question, send: Send, how: string): Violation {
  const { seq, id } = send.value;
  const node = args.node === undefined ? "" : ` on ${args.node}`;
  const text = `${send.args.muid} was acked at seq ${seq}, then ${how}${node}`;
  return { invariant: "I7", class: "other", text, client, conversation: send.args.conversation, seq, id };
}
