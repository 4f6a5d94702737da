import { describe, expect, it, vi } from "vitest";
import { Turns } from "./turns.js";

describe("Turns", () => {
  it("lets those of one key go in the order they came, whoever is ready first, and forgets an empty line", async () => {
    const turns = new Turns();
    const went: string[] = [];
    const go = async (name: string, ready: Promise<void>): Promise<void> => {
      const turn = turns.take("line");
      await ready;
      await turn.ready;
      went.push(name);
      turn.pass();
    };
    let slow: () => void = () => undefined;
    const first = go("first", new Promise((resolve) => (slow = resolve)));
    const others = [go("second", Promise.resolve()), go("third", Promise.resolve())];
    await Promise.resolve();
    slow();
    await Promise.all([first, ...others]);
    expect(went).toEqual(["first", "second", "third"]);
    await vi.waitUntil(() => turns.lines === 0);
  });

  it("does not let anybody by when one in the middle gives up early", async () => {
    const turns = new Turns();
    const [first, second, third] = [turns.take("line"), turns.take("line"), turns.take("line")];
    let wentThird = false;
    const going = third.ready!.then(() => (wentThird = true));
    second.pass();
    await Promise.resolve();
    expect(wentThird).toBe(false);
    first.pass();
    await going;
    third.pass();
  });

  it("does not make keys wait for each other", () => {
    const turns = new Turns();
    turns.take("one");
    expect(turns.take("other").ready).toBeUndefined();
  });
});
