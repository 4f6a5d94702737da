import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
let app: string;

beforeEach(async () => {
  app = (await bench().app()).app;
  await bench().user(app, "alice");
  await bench().user(app, "bob");
});

const deactivate = (...uids: string[]) => bench().call.deactivateUsers({ uids }, as.server(app));

test("uids are sorted into those deactivated now, before and never known", async () => {
  await deactivate("bob");
  expect(await deactivate("alice", "bob", "nobody", "ALICE")).toEqual({
    deactivated: ["alice"], alreadyDeactivated: ["bob"], notFound: ["nobody"],
  });
});

test("tokens end at once, and the gateways are told to close every socket of the user", async () => {
  const { value } = await bench().token(app, "alice");
  const verify = () => bench().call.verifyAuthToken({ token: value, deviceId: "", appId: "" }, as.peer(""));
  await verify();
  await bench().facts();
  await deactivate("alice");
  await expect(verify()).rejects.toEqual(refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND"));
  const facts = await bench().facts();
  expect(facts.map(({ record }) => record.key)).toEqual([`${app}/s:user:alice`, `${app}/u:alice`]);
  expect(facts[0]!.event.body).toMatchObject({ value: { user: { deactivatedAtMs: bench().clock.now() } } });
  expect(facts[1]!.event.body).toEqual({
    $case: "sessionEnded", value: { uid: "alice", tokenIds: [], closeCode: 4203 },
  });
});

test("a repeat tells nobody", async () => {
  await deactivate("alice");
  await bench().facts();
  await deactivate("alice");
  expect(await bench().facts()).toEqual([]);
});

test("users of another app stay as they are", async () => {
  const other = await bench().app("othrchat");
  const answer = await bench().call.deactivateUsers({ uids: ["alice"] }, as.server(other.app));
  expect(answer.notFound).toEqual(["alice"]);
  expect((await bench().call.getUser({ uid: "alice" }, as.server(app))).user!.deactivatedAtMs).toBe(0);
});

test("nobody, and more than 25 at once, is refused", async () => {
  await expect(deactivate()).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  await expect(deactivate(...Array.from({ length: 26 }, (_, at) => `u${at}`))).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});
