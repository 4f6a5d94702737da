import type { Dump, StoredConversation } from "../dump.js";
import { ackedSends, oksOf, sendKey, type History, type OkEntry } from "../history.js";
import type { Violation } from "../violation.js";
import { belongsAt, membershipOf } from "./membership.js";
import { storedLogs, type StoredLog } from "./stored.js";

type Change = OkEntry<"edit" | "delete" | "react" | "pin">;

/**
 * I1: every acked row is in the store at its acked seq, and in the final history of every member entitled to
 * it.
 */
export function checkNoAckedLost(history: History, dump: Dump): Violation[] {
  const logs = storedLogs(dump);
  return [
    ...ackedSends(history).flatMap((send) => lostSend(send, logs.get(send.args.conversation))),
    ...(["edit", "delete", "react", "pin"] as const).flatMap((op) =>
      oksOf(history, op).flatMap((change) => lostChange(change, logs.get(change.args.conversation))),
    ),
    ...dump.conversations.flatMap(lostForMembers),
  ];
}

function lostSend(send: OkEntry<"send">, log: StoredLog | undefined): Violation[] {
  const { id, seq } = send.value;
  const row = log?.bySeq.get(seq);
  if (row?.id === id) return [];
  const found = row === undefined ? "nothing is stored there" : `id ${row.id} is stored there`;
  return [lost(`${send.args.muid} was acked as id ${id} at seq ${seq}, but ${found}`, send, { seq, id })];
}

function lostChange(change: Change, log: StoredLog | undefined): Violation[] {
  const { seq } = change.value;
  if (seq === undefined || log?.bySeq.get(seq)?.target === change.args.id) return [];
  const text = `${change.op} of message ${change.args.id} was acked at seq ${seq}, but no such row is stored there`;
  return [lost(text, change, { seq, id: change.args.id })];
}

function lost(text: string, { client, args }: OkEntry<"send"> | Change, at: { seq: number; id: number }): Violation {
  return { invariant: "I1", class: "lost", text, client, conversation: args.conversation, ...at };
}

/** Messages in the store are compared with what each present member reads at the end. */
function lostForMembers(conversation: StoredConversation): Violation[] {
  const membership = membershipOf(conversation);
  return (conversation.finalHistories ?? []).flatMap(({ uid, floor, rows }) => {
    if (membership !== undefined && !belongsAt(membership.get(uid), conversation.head)) return [];
    const read = new Map(rows.map((row) => [row.seq, row.id]));
    return conversation.rows
      .filter((row) => row.kind === "message" && row.seq > floor && read.get(row.seq) !== row.id)
      .map(({ seq, id }) => ({
        invariant: "I1" as const,
        class: "lost" as const,
        text: `message ${id} at seq ${seq} is not in the final history of ${uid}`,
        conversation: conversation.conversation,
        seq,
        id,
        client: uid,
      }));
  });
}

/** Acked sends, for the fault table: repeats of the same muid count once. */
export function countAcked(history: History): number {
  return new Set(ackedSends(history).map(sendKey)).size;
}
