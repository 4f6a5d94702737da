import { describe, expect, it } from "vitest";
import { fail } from "../errors/index.js";
import { Together } from "./together.js";

/** Reads that end when the test says so; a key's value is itself, doubled. */
function aTogether(limits: { readonly batchMax?: number; readonly waitingMax?: number } = {}) {
  const asked: (readonly number[])[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const together = new Together<number, number>({
    batchMax: 100, waitingMax: 100, ...limits,
    read: (keys) => {
      asked.push(keys);
      return new Promise((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve(keys.map((key) => 2 * key)) : reject(error)));
      });
    },
  });
  const end = async (error?: Error) => {
    ends.shift()!(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { together, asked, end };
}

describe("reads that go together", () => {
  it("asks at once when alone, and once for all that came meanwhile", async () => {
    const { together, asked, end } = aTogether();
    const answers = [1, 2, 3, 3].map((key) => together.read(key));
    expect(asked).toEqual([[1]]);
    await end();
    expect(asked).toEqual([[1], [2, 3, 3]]);
    await end();
    expect(await Promise.all(answers)).toEqual([2, 4, 6, 6]);
    void together.read(4);
    expect(asked.at(-1)).toEqual([4]);
  });

  it("asks for no more than may go together, and lets no more wait than may", async () => {
    const { together, asked, end } = aTogether({ batchMax: 2, waitingMax: 3 });
    const answers = [1, 2, 3, 4].map((key) => together.read(key));
    await expect(together.read(5)).rejects.toMatchObject({ name: "ERR_TOO_MANY_REQUESTS" });
    for (const left of [[2, 3], [4]]) {
      await end();
      expect(asked.at(-1)).toEqual(left);
    }
    await end();
    expect(await Promise.all(answers)).toEqual([2, 4, 6, 8]);
  });

  it("fails those that were read together, and nobody after them", async () => {
    const { together, end } = aTogether();
    const [first, second] = [together.read(1), together.read(2)];
    const [refused] = await Promise.all([first.catch((error: unknown) => error), end(fail("ERR_OPERATION_FAILED"))]);
    expect(refused).toMatchObject({ name: "ERR_OPERATION_FAILED" });
    await end();
    expect(await second).toBe(4);
  });
});
