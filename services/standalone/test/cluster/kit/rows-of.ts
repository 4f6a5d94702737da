import { ackedSends, entriesOf, sendKey, type History } from "@parlance/platform/testing";
import type { ClusterFaultRow } from "./table.js";

/** One fault of a run, on the recorder's time line. */
export interface Interval {
  readonly name: string;
  readonly begin: number;
  /** From when on times count. */
  readonly from: number;
  /** When all were back to normal. */
  readonly end: number;
  readonly caughtUpMs: number;
}

export type Measured = Pick<ClusterFaultRow, "fault" | "acked" | "slowestMs" | "takeoverMs" | "recoveredMs" | "caughtUpMs">;

/** What the history says of each fault. What was acked before the first counts for it, what was acked after the last for that. */
export function rowsOf(history: History, intervals: readonly Interval[]): readonly Measured[] {
  const sends = entriesOf(history, "send");
  const acks = ackedSends(history);
  const firstTry = new Map<string, number>();
  for (const send of sends) firstTry.set(sendKey(send), Math.min(firstTry.get(sendKey(send)) ?? send.t0, send.t0));
  return intervals.map(({ name, begin, from, end, caughtUpMs }, index) => {
    const since = index === 0 ? 0 : begin;
    const to = intervals[index + 1]?.begin ?? Number.POSITIVE_INFINITY;
    const firstAck = new Map<string, number>();
    for (const { t, args: { conversation } } of acks) {
      if (t > from) firstAck.set(conversation, Math.min(firstAck.get(conversation) ?? t, t));
    }
    const bad = sends.filter(({ outcome, t }) => outcome !== "ok" && t > from && t < end).map(({ t }) => t);
    const lastBad = Math.max(from, ...bad);
    const good = acks.filter(({ t }) => t > lastBad).map(({ t }) => t);
    return {
      fault: name, acked: acks.filter(({ t }) => t > since && t <= to).length, caughtUpMs,
      slowestMs: Math.max(0, ...acks.filter(({ t }) => t > begin && t <= end).map((ack) => ack.t - (firstTry.get(sendKey(ack)) ?? ack.t0))),
      takeoverMs: Math.max(0, ...[...firstAck.values()].map((t) => t - from)),
      recoveredMs: bad.length === 0 ? 0 : good.reduce((first, t) => Math.min(first, t), Number.POSITIVE_INFINITY) - from,
    };
  });
}
