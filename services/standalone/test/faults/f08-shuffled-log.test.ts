// F8: followers get the records of the event log in another order, shuffled within a window of 20.
import { afterEach, describe, expect, it } from "vitest";
import { shufflingLog } from "@parlance/platform/eventlog";
import { seededRandom, systemRandom, type Random } from "@parlance/platform/random";
import { placesOf, type Society } from "./kit/pairs.js";
import type { ChatClient, OutgoingText } from "./kit/chat-client.js";
import { RecordedRun } from "./kit/recorded-run.js";
import { sendAll } from "./kit/sender.js";

const uids = ["alice", "bob", "carol"];
const society: Society = {
  uids,
  pairs: [["alice", "bob"], ["bob", "carol"]],
  groups: [{ guid: "book-club", members: uids }],
};
const TEXTS = 400;

let run: RecordedRun | undefined;

afterEach(async () => {
  await run?.stop();
});

describe("F8: an event log that gives its records in another order", () => {
  it("leaves every client with the whole logs, in order, each row shown once (I1-I6, I9, I11, I15)", async () => {
    const seed = systemRandom().int(2 ** 31);
    const random = seededRandom(seed);
    run = await RecordedRun.start(society, { wrapEventLog: (log) => shufflingLog(log, random) });
    const clients = await Promise.all(uids.flatMap((uid) => [run!.connect(uid, "phone"), run!.connect(uid, "laptop")]));
    await Promise.all(clients.map((client) => sendAll(client, textsOf(random, client), () => undefined)));
    await run.settle();
    const violations = await run.judge({ fault: "F8 shuffled within 20", seed }, ["I1", "I2", "I3", "I4", "I5", "I6", "I9", "I11", "I15"]);
    expect(violations).toEqual([]);
    const dump = await run.dump();
    for (const client of clients) {
      expect(client.behind(dump)).toEqual([]);
    }
    // The shuffling showed.
    expect(outOfOrder(run)).toBeGreaterThan(0);
  }, 60_000);
});

function textsOf(random: Random, client: ChatClient): readonly OutgoingText[] {
  const places = placesOf(society, client.uid);
  return Array.from({ length: TEXTS }, (_, number) => ({
    place: places[random.int(places.length)]!, muid: `${client.name}-${number}`, text: `text ${number}`,
  }));
}

/** Deliveries whose number lies below one that the same client had got before. */
function outOfOrder({ history }: RecordedRun): number {
  const highest = new Map<string, number>();
  let count = 0;
  for (const entry of history) {
    if (entry.op !== "deliver" || entry.outcome !== "ok") continue;
    const key = `${entry.client}\n${entry.args.conversation}`;
    if (entry.value.seq < (highest.get(key) ?? 0)) count += 1;
    highest.set(key, Math.max(highest.get(key) ?? 0, entry.value.seq));
  }
  return count;
}
