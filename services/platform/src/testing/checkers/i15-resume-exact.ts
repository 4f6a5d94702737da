import type { Dump } from "../dump.js";
import { ackedSends, oksOf, parseClient, type History, type OkEntry } from "../history.js";
import type { Violation } from "../violation.js";
import { belongsAt, membershipOf } from "./membership.js";
import { storedLogs, type StoredLog } from "./stored.js";
import { sweep } from "./sweep.js";

type Resume = OkEntry<"resume">;

/** I15: for every cursor a resume gives exactly the rows missed, or says that the copy is void. */
export function checkResumeExact(history: History, dump: Dump): Violation[] {
  const logs = storedLogs(dump);
  const heads = new Map<string, number>();
  const violations: Violation[] = [];
  sweep(
    ackedSends(history),
    oksOf(history, "resume"),
    ({ args, value }) => heads.set(args.conversation, Math.max(heads.get(args.conversation) ?? 0, value.seq)),
    (resume) => {
      if (resume.value.reset === true) return;
      for (const [conversation, cursor] of Object.entries(resume.args.cursors)) {
        const log = logs.get(conversation);
        if (log === undefined) continue;
        violations.push(...inexact(resume, { log, cursor, ackedHead: heads.get(conversation) ?? 0 }));
      }
    },
  );
  return violations;
}

interface Cursor {
  readonly log: StoredLog;
  readonly cursor: number;
  /** Highest seq that was acked to anyone before the resume began. */
  readonly ackedHead: number;
}

function inexact(resume: Resume, { log, cursor, ackedHead }: Cursor): Violation[] {
  const { conversation } = log.stored;
  if (resume.value.remaining?.includes(conversation) === true) return [];
  const part = resume.value.conversations.find((each) => each.conversation === conversation);
  if (part?.truncated === true || part?.gone === true) return [];
  const through = part?.head ?? cursor;
  const seqs = part?.rows.map(({ seq }) => seq) ?? [];
  const violations: Violation[] = [];
  const at = (text: string, seq: number): void => {
    violations.push({ invariant: "I15", class: "hole", text, conversation, seq, client: resume.client });
  };
  const expected = through - cursor;
  const firstWrong = seqs.findIndex((seq, index) => seq !== cursor + 1 + index);
  if (firstWrong >= 0)
    at(
      `a resume from ${cursor} has seq ${seqs[firstWrong]} where ${cursor + 1 + firstWrong} belongs`,
      cursor,
    );
  else if (seqs.length !== Math.max(0, expected)) {
    at(
      `a resume from ${cursor} to ${through} has ${seqs.length} rows instead of ${Math.max(0, expected)}`,
      cursor,
    );
  }
  if (ackedHead > through && mayStillSee(resume, log, ackedHead)) {
    at(`a resume ended at ${through}, although seq ${ackedHead} had been acked before`, ackedHead);
  }
  return violations;
}

function mayStillSee({ client }: Resume, { stored }: StoredLog, seq: number): boolean {
  const periods = membershipOf(stored);
  return periods === undefined || belongsAt(periods.get(parseClient(client).uid), seq);
}
