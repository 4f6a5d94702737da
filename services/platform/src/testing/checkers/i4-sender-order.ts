import { ackedSends, entriesOf, sendKey, type Entry, type History, type OkEntry } from "../history.js";
import type { Violation } from "../violation.js";
import { groupBy } from "./observations.js";
import { sweep } from "./sweep.js";

/**
 * I4: what one device sends one after another gets rising seq; pipelined first attempts keep the order of
 * submission.
 */
export function checkSenderOrder(history: History): Violation[] {
  const submitted = firstSubmissions(entriesOf(history, "send"));
  const perDevice = groupBy(ackedSends(history), ({ client, args }) => `${client}\n${args.conversation}`);
  return [...perDevice.values()].flatMap((sends) => [
    ...inversionsOfAwaited(sends, submitted),
    ...inversionsOfPipelined(sends, submitted),
  ]);
}

/** When the first attempt of each send left: a resend may have landed long before its own ack. */
function firstSubmissions(sends: readonly Entry<"send">[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const send of sends) {
    const key = sendKey(send);
    first.set(key, Math.min(first.get(key) ?? send.t0, send.t0));
  }
  return first;
}

/** Whatever was acked before this one was first submitted must have a lower seq. */
function inversionsOfAwaited(
  sends: readonly OkEntry<"send">[],
  submitted: ReadonlyMap<string, number>,
): Violation[] {
  const violations: Violation[] = [];
  const questions = sends.map((send) => ({ send, t0: submitted.get(sendKey(send)) ?? send.t0 }));
  let highest: OkEntry<"send"> | undefined;
  const onAck = (send: OkEntry<"send">): void => {
    if (highest === undefined || send.value.seq > highest.value.seq) highest = send;
  };
  sweep(sends, questions, onAck, ({ send }) => {
    if (highest === undefined || highest.value.seq <= send.value.seq) return;
    violations.push(inversion(send, highest, "acked before it was sent"));
  });
  return violations;
}

function inversionsOfPipelined(
  sends: readonly OkEntry<"send">[],
  submitted: ReadonlyMap<string, number>,
): Violation[] {
  const firsts = sends.filter(
    (send) => send.args.connection !== undefined && submitted.get(sendKey(send)) === send.t0,
  );
  return [...groupBy(firsts, (send) => send.args.connection ?? "").values()].flatMap((group) => {
    const violations: Violation[] = [];
    let highest: OkEntry<"send"> | undefined;
    for (const send of [...group].sort((a, b) => a.t0 - b.t0)) {
      if (highest === undefined || highest.value.seq < send.value.seq) highest = send;
      else violations.push(inversion(send, highest, "submitted before it"));
    }
    return violations;
  });
}

function inversion(send: OkEntry<"send">, other: OkEntry<"send">, how: string): Violation {
  const { client, args, value } = send;
  const text = `${args.muid} got seq ${value.seq}, below ${other.args.muid} (seq ${other.value.seq}), ${how}`;
  return {
    invariant: "I4",
    class: "inversion",
    text,
    client,
    conversation: args.conversation,
    seq: value.seq,
    id: value.id,
  };
}
