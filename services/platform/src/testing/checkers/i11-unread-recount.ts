import type { Dump, StoredConversation } from "../dump.js";
import { oksOf, parseClient, type History } from "../history.js";
import type { Violation } from "../violation.js";
import { storedLogs } from "./stored.js";

/** I11: every unread count equals a recount from the rows, and `countableNo` counts the countable rows. */
export function checkUnreadRecount(history: History, dump: Dump): Violation[] {
  return [...dump.conversations.flatMap(driftInStore), ...driftInAnswers(history, dump), ...driftInClients(dump)];
}

function driftInStore(conversation: StoredConversation): Violation[] {
  const violations: Violation[] = [];
  let count = 0;
  for (const { seq, countable, countableNo } of conversation.rows) {
    if (countable) count += 1;
    if (countableNo === undefined || countableNo === count) continue;
    violations.push(drift(`countableNo is ${countableNo} at seq ${seq}, recounted ${count}`, conversation, seq));
  }
  for (const { uid, unread, unreadAfterSeq } of conversation.views ?? []) {
    const recounted = recount(conversation, { uid, unreadAfterSeq, head: conversation.head });
    if (unread === recounted) continue;
    violations.push(drift(`unread of ${uid} is ${unread}, recounted ${recounted}`, conversation, unreadAfterSeq));
  }
  return violations;
}

/** Answers that say which head and watermark they stand on. */
function driftInAnswers(history: History, dump: Dump): Violation[] {
  const logs = storedLogs(dump);
  return oksOf(history, "unread").flatMap(({ client, args, value: { unread, unreadAfterSeq, head } }) => {
    const log = logs.get(args.conversation);
    if (log === undefined || unreadAfterSeq === undefined || head === undefined) return [];
    const { uid } = parseClient(client);
    const recounted = recount(log.stored, { uid, unreadAfterSeq, head });
    if (unread === recounted) return [];
    return [drift(`unread ${unread} was answered at head ${head}, recounted ${recounted}`, log.stored, head, client)];
  });
}

function driftInClients(dump: Dump): Violation[] {
  const logs = storedLogs(dump);
  return (dump.clients ?? []).flatMap(({ client, conversation, unread }) => {
    const log = logs.get(conversation);
    const view = log?.stored.views?.find(({ uid }) => uid === parseClient(client).uid);
    if (log === undefined || view === undefined || unread === undefined || unread === view.unread) return [];
    const text = `shows ${unread} unread, the store answers ${view.unread}`;
    return [drift(text, log.stored, view.unreadAfterSeq, client)];
  });
}

interface Reader {
  readonly uid: string;
  readonly unreadAfterSeq: number;
  readonly head: number;
}

/** chat.md 16.4: countable, above the watermark, not own, not deleted; all as of a head. */
export function recount({ rows }: StoredConversation, { uid, unreadAfterSeq, head }: Reader): number {
  const then = rows.filter((row) => row.seq <= head);
  const deleted = new Set(then.filter((row) => row.kind === "deleted").map((row) => row.target));
  return then.filter(
    (row) => row.countable && row.seq > unreadAfterSeq && row.sender !== uid && !deleted.has(row.id),
  ).length;
}

function drift(text: string, { conversation }: StoredConversation, seq: number, client?: string): Violation {
  return { invariant: "I11", class: "other", text, conversation, seq, ...(client === undefined ? {} : { client }) };
}
