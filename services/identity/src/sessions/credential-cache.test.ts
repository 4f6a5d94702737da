import { ManualClock } from "@parlance/platform/time";
import { beforeEach, expect, test } from "vitest";
import { CredentialCache } from "./credential-cache.js";

interface Value {
  readonly owner: string;
  readonly made: number;
}

let clock: ManualClock;
let cache: CredentialCache<Value>;
let reads: number;

beforeEach(() => {
  clock = new ManualClock();
  cache = new CredentialCache({ clock, entriesMax: 2, ageMaxMs: 1_000 });
  reads = 0;
});

const get = (key: string, owner = "alice") =>
  cache.get(key, (value) => value.owner, async () => ({ owner, made: (reads += 1) }));

test("a value is read once while it is fresh", async () => {
  expect((await get("a"))!.made).toBe(1);
  await clock.advance(999);
  expect((await get("a"))!.made).toBe(1);
  await clock.advance(1);
  expect((await get("a"))!.made).toBe(2);
});

test("forgetting an owner forgets what it owns and nothing else", async () => {
  await get("a", "alice");
  await get("b", "bob");
  cache.forget("alice");
  expect((await get("b", "bob"))!.made).toBe(2);
  expect((await get("a", "alice"))!.made).toBe(3);
});

test("what is not there is not remembered", async () => {
  let asked = 0;
  const nothing = async () => {
    asked += 1;
    return undefined;
  };
  await cache.get("a", (value) => value.owner, nothing);
  await cache.get("a", (value) => value.owner, nothing);
  expect(asked).toBe(2);
  expect(cache.size).toBe(0);
});

test("a read from before a change is not kept, nor joined by those who ask after it", async () => {
  const answers: ((value: Value) => void)[] = [];
  const slow = () => cache.get("a", (value) => value.owner, () => new Promise<Value>((resolve) => answers.push(resolve)));
  const before = slow();
  cache.forget("alice");
  const after = slow();
  expect(answers).toHaveLength(2);
  answers[0]!({ owner: "alice", made: 1 });
  answers[1]!({ owner: "alice", made: 2 });
  expect((await before)!.made).toBe(1);
  expect((await after)!.made).toBe(2);
  expect((await get("a"))!.made).toBe(2);
});

test("a change of others does not keep an answer from being remembered", async () => {
  let answer: (value: Value) => void = () => undefined;
  const slow = cache.get("a", (value) => value.owner, () => new Promise<Value>((resolve) => (answer = resolve)));
  cache.forget("bob");
  answer({ owner: "alice", made: 1 });
  await slow;
  expect((await get("a"))!.made).toBe(1);
  expect(reads).toBe(0);
});

test("an answer from before more changes than are known is not kept", async () => {
  let answer: (value: Value) => void = () => undefined;
  const slow = cache.get("a", (value) => value.owner, () => new Promise<Value>((resolve) => (answer = resolve)));
  for (let change = 0; change <= 10_000; change += 1) cache.forget(`user ${change}`);
  answer({ owner: "alice", made: 1 });
  await slow;
  expect(cache.size).toBe(0);
});

test("the one not used for longest makes room, and its owner can still be forgotten", async () => {
  for (const key of ["a", "b", "c"]) await get(key);
  expect(cache.size).toBe(2);
  cache.forget("alice");
  expect(cache.size).toBe(0);
  expect((await get("c"))!.made).toBe(4);
});

test("an entry that changes hands is forgotten with its new owner", async () => {
  await get("a", "alice");
  await clock.advance(1_000);
  await get("a", "bob");
  cache.forget("alice");
  expect((await get("a", "bob"))!.made).toBe(2);
  cache.forget("bob");
  expect((await get("a", "bob"))!.made).toBe(3);
});

test("everything is forgotten at once, and a read from before that is not kept", async () => {
  await get("a", "alice");
  let answer: (value: Value) => void = () => undefined;
  const early = cache.get("b", ({ owner }) => owner, () => new Promise<Value>((resolve) => (answer = resolve)));
  cache.forgetAll();
  expect(cache.size).toBe(0);
  answer({ owner: "bob", made: 9 });
  expect((await early)!.made).toBe(9);
  expect(cache.size).toBe(0);
  expect((await get("a", "alice"))!.made).toBe(2);
  expect(cache.size).toBe(1);
});
