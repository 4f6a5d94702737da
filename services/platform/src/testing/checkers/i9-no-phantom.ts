import type { Dump } from "../dump.js";
import { entriesOf, parseClient, sendKey, type Entry, type History } from "../history.js";
import type { Violation } from "../violation.js";
import { groupBy, observations, type Observation } from "./observations.js";
import { storedLogs, type StoredLog } from "./stored.js";

/** I9: what failed is never seen, and nothing is delivered that the final store does not have. */
export function checkNoPhantom(history: History, dump: Dump): Violation[] {
  return [...seenButNotStored(history, dump), ...failedButThere(history, dump), ...failedEditsStored(history, dump)];
}

function seenButNotStored(history: History, dump: Dump): Violation[] {
  const logs = storedLogs(dump);
  const violations: Violation[] = [];
  const told = new Set<string>();
  for (const seen of observations(history)) {
    const text = whyPhantom(seen, logs.get(seen.conversation));
    const key = `${seen.client}\n${seen.conversation}\n${seen.row.seq}\n${seen.row.id ?? ""}`;
    if (text === undefined || told.has(key)) continue;
    told.add(key);
    violations.push(phantom(text, seen.conversation, seen.row.seq, seen.client));
  }
  return violations;
}

function whyPhantom({ by, row }: Observation, log: StoredLog | undefined): string | undefined {
  const stored = log?.bySeq.get(row.seq);
  if (stored === undefined) return `seq ${row.seq} came by ${by}, but is not in the store`;
  if (row.hidden === true || row.id === undefined || row.id === stored.id) return undefined;
  return `seq ${row.seq} came by ${by} as id ${row.id}, but is stored as id ${stored.id}`;
}

/** Sends all of whose attempts were refused. */
function failedButThere(history: History, dump: Dump): Violation[] {
  const groups = groupBy(entriesOf(history, "send"), sendKey);
  const refused = new Map([...groups].filter(([, sends]) => sends.every(({ outcome }) => outcome === "fail")));
  const violations: Violation[] = [];
  for (const { app, conversation, rows } of dump.conversations) {
    for (const { sender, muid, seq } of rows) {
      if (muid === undefined || !refused.has([app, conversation, sender, muid].join("\n"))) continue;
      violations.push(phantom(`${muid} of ${sender} was refused, but is stored`, conversation, seq));
    }
  }
  for (const { client, conversation, row } of observations(history)) {
    if (row.muid === undefined || row.sender === undefined) continue;
    const key = [parseClient(client).app, conversation, row.sender, row.muid].join("\n");
    if (!refused.has(key)) continue;
    violations.push(phantom(`${row.muid} of ${row.sender} was refused, but was seen`, conversation, row.seq, client));
  }
  return [...violations, ...conflictingContentStored(groups, dump)];
}

/** Under a muid with several contents, only a content that was not refused may be stored. */
function conflictingContentStored(groups: ReadonlyMap<string, readonly Entry<"send">[]>, dump: Dump): Violation[] {
  return dump.conversations.flatMap(({ app, conversation, rows }) =>
    rows.flatMap(({ sender, muid, seq, content, kind }) => {
      if (muid === undefined || content === undefined || kind !== "message") return [];
      const sends = groups.get([app, conversation, sender, muid].join("\n")) ?? [];
      const possible = sends.filter(({ outcome }) => outcome !== "fail").map(({ args }) => args.content);
      if (possible.length === 0 || possible.includes(content)) return [];
      return [phantom(`${muid} of ${sender} is stored with a content that was not accepted`, conversation, seq)];
    }),
  );
}

function failedEditsStored(history: History, dump: Dump): Violation[] {
  const edits = groupBy(entriesOf(history, "edit"), ({ args }) => `${args.conversation}\n${args.id}\n${args.content}`);
  return dump.conversations.flatMap(({ conversation, rows }) =>
    rows.flatMap(({ kind, seq, target, content }) => {
      if (kind !== "edited" || content === undefined) return [];
      const attempts = edits.get(`${conversation}\n${target}\n${content}`) ?? [];
      if (attempts.length === 0 || attempts.some(({ outcome }) => outcome !== "fail")) return [];
      return [phantom(`an edit of message ${target} was refused, but is stored`, conversation, seq)];
    }),
  );
}

function phantom(text: string, conversation: string, seq: number, client?: string): Violation {
  return { invariant: "I9", class: "other", text, conversation, seq, ...(client === undefined ? {} : { client }) };
}
