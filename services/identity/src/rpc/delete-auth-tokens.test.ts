import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
let app: string;

beforeEach(async () => {
  app = (await bench().app()).app;
  for (const who of ["alice", "bob"]) await bench().user(app, who);
});

const verify = (token: string) => bench().call.verifyAuthToken({ token, deviceId: "", appId: "" }, as.peer(""));

test("all tokens of the user end, nobody else's, and the event names them", async () => {
  const [one, two] = [await bench().token(app, "alice"), await bench().token(app, "alice")];
  const bobs = await bench().token(app, "bob");
  await verify(one.value);
  await bench().facts();
  await bench().call.deleteAuthTokens({ uid: "alice" }, as.server(app));
  for (const { value } of [one, two]) {
    await expect(verify(value)).rejects.toEqual(refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND"));
  }
  await expect(verify(bobs.value)).resolves.toBeDefined();
  const facts = await bench().facts();
  expect(facts).toHaveLength(1);
  expect(facts[0]!.event.body).toMatchObject({ $case: "sessionEnded", value: { uid: "alice", closeCode: 4202 } });
  const { tokenIds } = (facts[0]!.event.body as { value: { tokenIds: string[] } }).value;
  expect(tokenIds.sort()).toEqual([one.tokenId, two.tokenId].sort());
});

test("a second time has another event, and with no tokens there is none", async () => {
  const ids: string[] = [];
  for (let round = 0; round < 2; round += 1) {
    await bench().token(app, "alice");
    await bench().facts();
    await bench().call.deleteAuthTokens({ uid: "" }, as.user(app, "alice"));
    ids.push(...(await bench().facts()).map(({ event }) => event.id));
  }
  expect(new Set(ids).size).toBe(2);
  await bench().call.deleteAuthTokens({ uid: "alice" }, as.server(app));
  expect(await bench().facts()).toEqual([]);
});

test("a user ends only its own, and an unknown one has none", async () => {
  const other = await bench().app("othrchat");
  await expect(bench().call.deleteAuthTokens({ uid: "bob" }, as.user(app, "alice"))).rejects
    .toEqual(refusal("AUTH_ERR_NO_ACCESS"));
  await expect(bench().call.deleteAuthTokens({ uid: "nobody" }, as.server(app))).rejects
    .toEqual(refusal("ERR_UID_NOT_FOUND"));
  await expect(bench().call.deleteAuthTokens({ uid: "alice" }, as.server(other.app))).rejects
    .toEqual(refusal("ERR_UID_NOT_FOUND"));
});
