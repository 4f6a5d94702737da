import { expect, it } from "vitest";
import { refusalOf } from "../testing/refusal.js";
import { Lanes } from "./lanes.js";

it("runs one at a time in a lane, in order, and lanes beside each other, whatever fails", async () => {
  const lanes = new Lanes();
  const log: string[] = [];
  const work = (name: string, fails = false) => async () => {
    log.push(`${name} begins`);
    await Promise.resolve();
    log.push(`${name} ends`);
    if (fails) throw new Error(name);
  };
  await Promise.allSettled([lanes.run("a", work("a1", true)), lanes.run("a", work("a2")), lanes.run("b", work("b1"))]);
  expect(log.filter((line) => line.startsWith("a"))).toEqual(["a1 begins", "a1 ends", "a2 begins", "a2 ends"]);
  expect(log.indexOf("b1 begins")).toBeLessThan(log.indexOf("a2 begins"));
  expect(lanes.idle).toBe(true);
});

it("refuses when too many wait in a lane or in all, and recovers", async () => {
  const lanes = new Lanes({ waitingPerLaneMax: 2, waitingMax: 3 });
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const run = (lane: string) => refusalOf(lanes.run(lane, () => held));
  const answers = ["a", "a", "a", "a", "b", "b", "b"].map(run);
  expect(await answers[3]).toBe("ERR_TOO_MANY_REQUESTS");
  expect(await answers[6]).toBe("ERR_TOO_MANY_REQUESTS");
  release();
  expect((await Promise.all(answers)).filter((name) => name === "done")).toHaveLength(5);
  expect(await run("a")).toBe("done");
});
