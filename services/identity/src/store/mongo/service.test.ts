import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dropAndClose, openTestMongo, testMongoUri } from "@parlance/platform/mongo/testing";
import type { Mongo } from "@parlance/platform/mongo";
import { appId, uid } from "@parlance/platform/ids";
import { ListUsersRequest } from "@parlance/proto/identity/v1/identity";
import { as, openBench, type Bench } from "../../testing/bench.js";
import { collectionsOf } from "./documents.js";
import { identityMongoStorage } from "./storage.js";

const uri = testMongoUri();

describe.skipIf(uri === undefined)("the service on MongoDB", () => {
  let mongo: Mongo;
  let bench: Bench;
  let app: string;

  beforeEach(async () => {
    mongo = await openTestMongo(uri!);
    bench = await openBench({ storage: identityMongoStorage(mongo) });
    app = (await bench.app()).app;
  });
  afterEach(async () => {
    await bench.close();
    await dropAndClose(mongo);
  });

  test("facts are published once and leave the documents", async () => {
    await bench.user(app, "alice");
    const { tokenId } = await bench.token(app, "alice");
    await bench.call.deleteAuthToken({ uid: "alice", token: tokenId }, as.server(app));
    expect((await bench.facts()).map(({ record }) => record.headers.kind)).toEqual(["userChanged", "sessionEnded"]);
    expect(await collectionsOf(mongo).users.findOne({ uid: "alice" })).toMatchObject({ pending: [], tokens: [] });
  });

  test("a credential is verified, until it is revoked", async () => {
    await bench.user(app, "alice");
    const { value, tokenId } = await bench.token(app, "alice");
    expect(await bench.service.authenticate({ authToken: value })).toMatchObject({ caller: { uid: "alice" } });
    await bench.call.deleteAuthToken({ uid: "alice", token: tokenId }, as.server(app));
    await expect(bench.service.authenticate({ authToken: value })).rejects.toMatchObject({ name: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND" });
  });

  test("pages show who is online first, each other user once", async () => {
    for (const who of ["alice", "bob", "carol", "dave"]) await bench.user(app, who);
    await identityMongoStorage(mongo).users.setStatus(appId(app), uid("carol"), { online: true, lastActiveAtMs: 0, atMs: bench.clock.now() });
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await bench.call.listUsers(ListUsersRequest.fromPartial({ pageSize: 1, pageToken }), as.user(app, "dave"));
      seen.push(...page.users.map((user) => user.uid));
      ({ nextPageToken: pageToken } = page);
    } while (pageToken !== "");
    expect(seen).toEqual(["carol", "alice", "bob"]);
  });

  test("a search finds the start of any word, and nothing between two words", async () => {
    await bench.user(app, "alice", { name: "Zoe Smith" });
    const found = async (searchKey: string) =>
      (await bench.call.listUsers(ListUsersRequest.fromPartial({ searchKey }), as.server(app))).users.map((user) => user.uid);
    expect([await found("smi"), await found("zoe s"), await found("u"), await found(".*")]).toEqual([["alice"], ["alice"], [], []]);
  });

  test("short-lived tokens do not let the document grow without end", async () => {
    await bench.user(app, "alice");
    for (let n = 0; n < 110; n += 1) {
      await bench.token(app, "alice", { expiresInSeconds: 1 });
      bench.clock.set(bench.clock.now() + 2_000);
    }
    const doc = await collectionsOf(mongo).users.findOne({ uid: "alice" });
    expect(doc!.tokens.length).toBeLessThanOrEqual(101);
  });
});
