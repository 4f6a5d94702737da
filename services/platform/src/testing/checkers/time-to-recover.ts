import { entriesOf, oksOf, type History } from "../history.js";

export interface Recovery {
  readonly fault: string;
  /** Undefined when nothing was acked any more. */
  readonly recoveredMs: number | undefined;
}

/**
 * How long the first fault of a run disturbed sends: from its beginning to the first ack after which none
 * failed or stayed unknown, looking no further than the beginning of the next fault. Undefined without a
 * fault.
 */
export function timeToRecover(history: History): Recovery | undefined {
  const begins = oksOf(history, "fault").filter(({ args }) => args.phase === "begin");
  const [fault, next] = begins;
  if (fault === undefined) return undefined;
  const end = next?.t ?? Number.POSITIVE_INFINITY;
  const sends = entriesOf(history, "send").filter(({ t }) => t > fault.t && t < end);
  let lastBad = fault.t;
  for (const { outcome, t } of sends) if (outcome !== "ok") lastBad = Math.max(lastBad, t);
  let firstGood = Number.POSITIVE_INFINITY;
  for (const { outcome, t } of sends) if (outcome === "ok" && t > lastBad) firstGood = Math.min(firstGood, t);
  return {
    fault: fault.args.name,
    recoveredMs: firstGood < Number.POSITIVE_INFINITY ? firstGood - fault.t : undefined,
  };
}
