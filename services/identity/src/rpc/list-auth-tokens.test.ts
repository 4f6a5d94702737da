import { ListAuthTokensRequest } from "@parlance/proto/identity/v1/identity";
import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
let app: string;
let ids: string[];

beforeEach(async () => {
  app = (await bench().app()).app;
  for (const who of ["alice", "bob"]) await bench().user(app, who);
  ids = [];
  for (const expiresInSeconds of [0, 0, 60]) {
    ids.push((await bench().token(app, "alice", { expiresInSeconds })).tokenId);
    await bench().clock.advance(1_000);
  }
  await bench().token(app, "bob");
});

async function list(fields: Partial<ListAuthTokensRequest>, caller = as.server(app)) {
  const { authTokens, total } = await bench().call.listAuthTokens(ListAuthTokensRequest.fromPartial(fields), caller);
  return { authTokens, total, ids: authTokens.map((token) => token.tokenId) };
}

test("live tokens come newest first, without values, the caller's flagged", async () => {
  const { authTokens, total, ids: listed } = await list({}, as.user(app, "alice", ids[1]));
  expect(listed).toEqual(ids.toReversed());
  expect(total).toBe(3);
  expect(authTokens.map(({ value, current }) => [value, current])).toEqual([["", false], ["", true], ["", false]]);
});

test("rows can be skipped", async () => {
  expect(await list({ uid: "alice", offset: 1, pageSize: 1 })).toMatchObject({ ids: [ids[1]], total: 3 });
});

test("expired tokens are left out", async () => {
  await bench().clock.advance(60_000);
  expect((await list({ uid: "alice" })).ids).toEqual([ids[1], ids[0]]);
});

test("tokens nobody used for 90 days are left out", async () => {
  bench().clock.set(bench().clock.now() + 90 * 86_400_000);
  expect((await list({ uid: "alice" })).ids).toEqual([]);
});

test("a user lists only its own", async () => {
  await expect(list({ uid: "bob" }, as.user(app, "alice"))).rejects.toEqual(refusal("AUTH_ERR_NO_ACCESS"));
});

test("users that do not exist in the app have none", async () => {
  const other = await bench().app("othrchat");
  await expect(list({ uid: "nobody" })).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  await expect(list({ uid: "alice" }, as.server(other.app))).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  await expect(list({})).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});
