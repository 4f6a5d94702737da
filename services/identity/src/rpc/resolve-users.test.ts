import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
let app: string;

beforeEach(async () => {
  app = (await bench().app()).app;
  for (const who of ["alice", "bob", "carol"]) await bench().user(app, who, { metadataJson: "{\"@private\":1}" });
  await bench().call.deactivateUsers({ uids: ["carol"] }, as.server(app));
});

async function resolve(uids: string[], caller = as.peer(app)) {
  return (await bench().call.resolveUsers({ uids }, caller)).users;
}

test("active users of the app are found, with the system user", async () => {
  const users = await resolve(["alice", "Bob", "bob", "carol", "nobody", "app_system"]);
  expect(users.map(({ uid, name }) => [uid, name]).sort(([one], [other]) => (one! < other! ? -1 : 1))).toEqual([
    ["alice", "alice"], ["app_system", "System"], ["bob", "bob"],
  ]);
});

test("no private metadata leaves the service", async () => {
  expect((await resolve(["alice"]))[0]!.metadataJson).toBe("");
});

test("many users are one read, and nobody is none", async () => {
  const before = bench().reads;
  await resolve(["alice", "bob"]);
  expect(bench().reads).toBe(before + 1);
  await resolve([]);
  await resolve(["app_system"]);
  expect(bench().reads).toBe(before + 1);
});

test("another app has other users", async () => {
  const other = await bench().app("othrchat");
  expect(await resolve(["alice"], as.peer(other.app))).toEqual([]);
});

test("more than a thousand at once is refused, and so is everyone but a peer", async () => {
  await expect(resolve(Array.from({ length: 1_001 }, (_, at) => `u${at}`))).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  await expect(resolve(["alice"], as.server(app))).rejects.toEqual(refusal("AUTH_ERR_NO_ACCESS"));
});
