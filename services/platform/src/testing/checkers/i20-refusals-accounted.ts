import type { Dump } from "../dump.js";
import { entriesOf, type FailEntry, type History } from "../history.js";
import type { Violation } from "../violation.js";

/**
 * I20: what was offered is acked, refused with a type, or unknown; and what clients were refused is what the
 * server counted. The history must hold every attempt (the raw client, or the SDK with its own resends
 * recorded).
 */
export function checkRefusalsAccounted(history: History, dump: Dump): Violation[] {
  const sends = entriesOf(history, "send");
  const failed = sends.filter((send): send is FailEntry<"send"> => send.outcome === "fail");
  const untyped = failed
    .filter(({ value }) => value.code === "" || value.code === undefined)
    .map(({ client, args }) =>
      unaccounted(`${args.muid} was refused without a code`, client, args.conversation),
    );
  if (dump.backpressure === undefined) return untyped;
  const { offered, refusals } = dump.backpressure;
  const unheard =
    offered === sends.length
      ? []
      : [unaccounted(`${offered} sends were offered, ${sends.length} have an outcome`)];
  const miscounted = Object.entries(refusals).flatMap(([code, counted]) => {
    const heard = failed.filter(({ value }) => value.code === code).length;
    return heard === counted
      ? []
      : [unaccounted(`clients were refused ${heard} times with ${code}, the server counted ${counted}`)];
  });
  return [...untyped, ...unheard, ...miscounted];
}

function unaccounted(text: string, client?: string, conversation?: string): Violation {
  return {
    invariant: "I20",
    class: "other",
    text,
    ...(client === undefined ? {} : { client }),
    ...(conversation === undefined ? {} : { conversation }),
  };
}
