import { expect, it } from "vitest";
import { seededRandom } from "@parlance/platform/random";
import { refusalOf } from "../testing/refusal.js";
import { DEFAULT_COST, PasswordHasher } from "./hasher.js";

const CHEAP = { n: 16, r: 1, p: 1 };
const hasher = (cost = CHEAP) => new PasswordHasher(seededRandom(1), cost);

it("hashes with the parameters of the security list, a salt of its own, and says so in the hash (S25)", async () => {
  const made = new PasswordHasher(seededRandom(1));
  const [one, other] = [await made.hash("sesame"), await made.hash("sesame")];
  expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(one).not.toBe(other);
  expect(await made.verify("sesame", one)).toEqual({ matches: true, outdated: false });
  expect(DEFAULT_COST).toEqual({ n: 32_768, r: 8, p: 3 });
});

it("knows the right password from others, whatever its form in Unicode", async () => {
  const hash = await hasher().hash("caf\u00e9");
  expect(await hasher().verify("cafe\u0301", hash)).toMatchObject({ matches: true });
  expect(await hasher().verify("cafe", hash)).toEqual({ matches: false, outdated: false });
});

it("verifies hashes made cheaper, and says that they are outdated", async () => {
  const hash = await hasher().hash("sesame");
  const dearer = hasher({ n: 32, r: 1, p: 1 });
  expect(await dearer.verify("sesame", hash)).toEqual({ matches: true, outdated: true });
  expect(await dearer.verify("wrong", hash)).toEqual({ matches: false, outdated: false });
});

it("runs two at a time, lets 32 wait, refuses more, and recovers (Q17)", async () => {
  const busy = hasher();
  const answers = await Promise.all(Array.from({ length: 40 }, () => refusalOf(busy.hash("sesame"))));
  expect(answers.filter((name) => name === "done")).toHaveLength(34);
  expect(answers.filter((name) => name === "ERR_TOO_MANY_REQUESTS")).toHaveLength(6);
  expect([busy.waiting.depth, busy.waiting.refusals]).toEqual([0, 6]);
  expect(await refusalOf(busy.hash("sesame"))).toBe("done");
});
