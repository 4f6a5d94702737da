import type { Dump } from "../dump.js";
import type { History } from "../history.js";
import type { Checker, InvariantName, Violation, ViolationClass } from "../violation.js";
import { formatFaultTable, type FaultRow } from "./fault-table.js";
import { checkNoAckedLost, countAcked } from "./i1-no-acked-lost.js";
import { checkReceiptsConverge } from "./i10-receipts-converge.js";
import { checkUnreadRecount } from "./i11-unread-recount.js";
import { checkChangesConverge } from "./i12-changes-converge.js";
import { checkMembershipCut } from "./i13-membership-cut.js";
import { checkTenantCanary } from "./i14-tenant-canary.js";
import { checkResumeExact } from "./i15-resume-exact.js";
import { checkPresenceDecay } from "./i16-presence-decay.js";
import { checkNoDuplicates, countWireDuplicates } from "./i2-no-duplicates.js";
import { checkRefusalsAccounted } from "./i20-refusals-accounted.js";
import { checkOneOrder } from "./i3-one-order.js";
import { checkSenderOrder } from "./i4-sender-order.js";
import { checkGapsDetected, countGaps } from "./i5-gaps-detected.js";
import { checkNoLateInsert } from "./i6-no-late-insert.js";
import { checkReadYourWrites } from "./i7-read-your-writes.js";
import { checkMonotonicReads } from "./i8-monotonic-reads.js";
import { checkNoPhantom } from "./i9-no-phantom.js";
import { timeToRecover } from "./time-to-recover.js";

export const CHECKERS: Readonly<Record<InvariantName, Checker>> = {
  I1: checkNoAckedLost,
  I2: checkNoDuplicates,
  I3: checkOneOrder,
  I4: checkSenderOrder,
  I5: checkGapsDetected,
  I6: checkNoLateInsert,
  I7: checkReadYourWrites,
  I8: checkMonotonicReads,
  I9: checkNoPhantom,
  I10: checkReceiptsConverge,
  I11: checkUnreadRecount,
  I12: checkChangesConverge,
  I13: checkMembershipCut,
  I14: checkTenantCanary,
  I15: checkResumeExact,
  I16: checkPresenceDecay,
  I20: checkRefusalsAccounted,
};

export const INVARIANTS = Object.keys(CHECKERS) as readonly InvariantName[];

export interface Report {
  readonly violations: readonly Violation[];
  readonly row: FaultRow;
  /**
   * For people: the fault table of this run, what came over the wire, and the first violations of each
   * invariant.
   */
  readonly text: string;
}

export interface RunName {
  /** "F1 kill standalone"; taken from the history's `fault` entries when absent. */
  readonly fault?: string;
  readonly seed?: number;
}

/** Runs the checkers named (all by default). Whether a violation fails the test is up to the test. */
export function checkAll(
  history: History,
  dump: Dump,
  which: readonly InvariantName[] = INVARIANTS,
  run: RunName = {},
): Report {
  const found = which.map((name) => [name, CHECKERS[name](history, dump)] as const);
  const violations = found.flatMap(([, each]) => each);
  const count = (kind: ViolationClass): number => violations.filter((each) => each.class === kind).length;
  const recovery = timeToRecover(history);
  const row: FaultRow = {
    fault: run.fault ?? recovery?.fault ?? "none",
    acked: countAcked(history),
    lost: count("lost"),
    doubled: count("doubled"),
    inversions: count("inversion"),
    holes: count("hole"),
    other: count("other"),
    recoveredMs: recovery?.recoveredMs,
    seed: run.seed,
  };
  const { extra, delivered } = countWireDuplicates(history);
  const wire = `wire: ${extra} of ${delivered} deliveries were repeats; ${countGaps(history)} gaps`;
  return { violations, row, text: [formatFaultTable([row]), wire, ...found.flatMap(listed)].join("\n") };
}

const LISTED_MAX = 10;

function listed([name, violations]: readonly [InvariantName, readonly Violation[]]): string[] {
  if (violations.length === 0) return [`${name}: holds`];
  const more = violations.length > LISTED_MAX ? [`  … and ${violations.length - LISTED_MAX} more`] : [];
  return [`${name}: ${violations.length} violations`, ...violations.slice(0, LISTED_MAX).map(lineOf), ...more];
}

function lineOf({ text, conversation, client }: Violation): string {
  return `  ${[conversation, client].filter((each) => each !== undefined).join(" ")}: ${text}`;
}
