import { beforeEach, expect, test } from "vitest";
import { silentLog } from "@parlance/platform/log";
import { ManualClock } from "@parlance/platform/time";
import { withBench } from "../testing/with-bench.js";
import { ExpirySweep } from "./expiry-sweep.js";

const bench = withBench();
let app: string;

beforeEach(async () => {
  app = (await bench().app()).app;
  await bench().user(app, "alice");
});

test("the sockets of an expired token are closed once, within seconds", async () => {
  const { tokenId } = await bench().token(app, "alice", { expiresInSeconds: 60 });
  await bench().token(app, "alice", { expiresInSeconds: 3_600 });
  await bench().token(app, "alice");
  await bench().facts();
  await bench().clock.advance(59_000);
  expect(await bench().facts()).toEqual([]);
  await bench().clock.advance(6_000);
  const facts = await bench().facts();
  expect(facts.map(({ record, event }) => [record.key, event.body])).toEqual([[`${app}/u:alice`, {
    $case: "sessionEnded", value: { uid: "alice", tokenIds: [tokenId], closeCode: 4201 },
  }]]);
  await bench().clock.advance(60_000);
  expect(await bench().facts()).toEqual([]);
});

test("a sweep goes on until nothing is left, and survives a store that is away", async () => {
  const clock = new ManualClock();
  const answers: (number | undefined)[] = [200, 200, 3, undefined, 1];
  const asked: number[] = [];
  const endExpired = async (atMs: number) => {
    asked.push(atMs);
    const answer = answers.shift();
    if (answer === undefined) throw new Error("away");
    return answer;
  };
  const sweep = new ExpirySweep({ tokens: { endExpired }, clock, log: silentLog() });
  await sweep.start();
  await clock.advance(5_000);
  expect(asked).toHaveLength(3);
  await clock.advance(10_000);
  expect(asked).toHaveLength(5);
  await sweep.stop();
  expect(clock.pendingTimers).toBe(0);
});
