import type { AuthToken } from "@parlance/proto/identity/v1/identity";
import { beforeEach, describe, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
let app: string;
let phone: AuthToken;
let laptop: AuthToken;

beforeEach(async () => {
  app = (await bench().app()).app;
  for (const who of ["alice", "bob"]) await bench().user(app, who);
  [phone, laptop] = [await bench().token(app, "alice"), await bench().token(app, "alice")];
  await verify(phone);
  await bench().facts();
});

const verify = ({ value }: AuthToken) =>
  bench().call.verifyAuthToken({ token: value, deviceId: "", appId: "" }, as.peer(""));
const remove = (token: string, caller = as.server(app), uid = "alice") =>
  bench().call.deleteAuthToken({ uid, token }, caller);

test("a token named by value or handle ends at once, though it was just verified", async () => {
  await remove(phone.value);
  await remove(laptop.tokenId);
  for (const token of [phone, laptop]) {
    await expect(verify(token)).rejects.toEqual(refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND"));
  }
});

test("the gateways are told to close its sockets", async () => {
  await remove(phone.tokenId);
  const facts = await bench().facts();
  expect(facts.map(({ record, event }) => [record.key, event.body])).toEqual([[`${app}/u:alice`, {
    $case: "sessionEnded", value: { uid: "alice", tokenIds: [phone.tokenId], closeCode: 4202 },
  }]]);
});

test("a user logs out by naming none or its own", async () => {
  await remove("", as.user(app, "alice", phone.tokenId), "");
  await remove(laptop.value, as.user(app, "alice", laptop.tokenId));
  const facts = await bench().facts();
  expect(facts.map(({ event }) => event.body)).toMatchObject([
    { value: { tokenIds: [phone.tokenId], closeCode: 4207 } }, { value: { tokenIds: [laptop.tokenId], closeCode: 4207 } },
  ]);
});

test("a user does not end other sessions while the setting is off", async () => {
  await expect(remove(laptop.tokenId, as.user(app, "alice", phone.tokenId))).rejects
    .toEqual(refusal("ERR_PERMISSION_DENIED"));
  await expect(verify(laptop)).resolves.toBeDefined();
});

test("another user's token is not accessible, and stays", async () => {
  await expect(remove(phone.tokenId, as.server(app), "bob")).rejects.toEqual(refusal("ERR_AUTHTOKEN_NOT_ACCESSIBLE"));
  await expect(verify(phone)).resolves.toBeDefined();
  await expect(remove(phone.tokenId, as.user(app, "bob"), "alice")).rejects.toEqual(refusal("AUTH_ERR_NO_ACCESS"));
});

test("tokens of another app, of nobody and of before are not found", async () => {
  const other = await bench().app("othrchat");
  await bench().user(other.app, "alice");
  const refused = refusal("ERR_AUTH_TOKEN_NOT_FOUND");
  await expect(remove(phone.tokenId, as.server(other.app))).rejects.toEqual(refused);
  await expect(remove(phone.value, as.server(other.app))).rejects.toEqual(refused);
  await expect(remove("rubbish")).rejects.toEqual(refused);
  await remove(phone.tokenId);
  await expect(remove(phone.tokenId)).rejects.toEqual(refused);
});

test("the server must name a token", async () => {
  await expect(remove("")).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});

describe("with user revocation", () => {
  const permitted = withBench({ env: { PARLANCE_IDENTITY_USER_REVOCATION: "true" } });

  test("a user ends its other sessions", async () => {
    const place = permitted();
    const acme = (await place.app()).app;
    await place.user(acme, "alice");
    const { tokenId } = await place.token(acme, "alice");
    await place.call.deleteAuthToken({ uid: "", token: tokenId }, as.user(acme, "alice", "another"));
    expect((await place.facts()).at(-1)!.event.body).toMatchObject({ value: { tokenIds: [tokenId], closeCode: 4202 } });
  });
});
