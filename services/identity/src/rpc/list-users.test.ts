import { ListUsersRequest, UserSort, UserStatus } from "@parlance/proto/identity/v1/identity";
import { beforeEach, expect, test } from "vitest";
import { appId, uid } from "@parlance/platform/ids";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";
import { identitySqliteStorage } from "../store/sqlite/stores.js";

const bench = withBench();
let app: string;

beforeEach(async () => {
  app = (await bench().app()).app;
  const people = [
    ["u1", "Zoë Adams"], ["u2", "alice Smith"], ["u3", "Bob van Dyke"], ["u4", "Alice Brown"], ["carol", "Carol"],
  ] as const;
  for (const [who, name] of people) {
    await bench().user(app, who, { name, tags: who === "u1" || who === "u3" ? ["vip", who] : [] });
    await bench().clock.advance(1);
  }
  await setOnline("u3");
});

async function setOnline(who: string) {
  const stores = identitySqliteStorage(bench().sqlite);
  await stores.users.setStatus(appId(app), uid(who), { online: true, lastActiveAtMs: 0, atMs: bench().clock.now() });
}

async function list(fields: Partial<ListUsersRequest> = {}, caller = as.user(app, "carol")) {
  const answer = await bench().call.listUsers(ListUsersRequest.fromPartial(fields), caller);
  return { ...answer, uids: answer.users.map((user) => user.uid) };
}

test("a viewer sees the others, online first, then by name whatever its case", async () => {
  expect((await list()).uids).toEqual(["u3", "u4", "u2", "u1"]);
  expect((await list({ descending: true })).uids).toEqual(["u1", "u2", "u4", "u3"]);
});

test("the server sees all, by creation", async () => {
  expect((await list({}, as.server(app))).uids).toEqual(["u1", "u2", "u3", "u4", "carol"]);
});

test.each([
  [UserSort.NAME, ["u4", "u2", "u3", "u1"]],
  [UserSort.UID, ["u1", "u2", "u3", "u4"]],
  [UserSort.CREATED_AT, ["u1", "u2", "u3", "u4"]],
])("order %i is kept over pages, both ways", async (sort, expected) => {
  for (const descending of [false, true]) {
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await list({ sort, descending, pageSize: 1, pageToken });
      seen.push(...page.uids);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(seen).toEqual(descending ? expected.toReversed() : expected);
  }
});

test("pages of the usual order meet", async () => {
  const first = await list({ pageSize: 3 });
  const second = await list({ pageSize: 3, pageToken: first.nextPageToken });
  expect([...first.uids, ...second.uids]).toEqual(["u3", "u4", "u2", "u1"]);
  expect(second.nextPageToken).toBe("");
});

test("rows can be skipped, and the total counts them", async () => {
  const page = await list({ offset: 2, pageSize: 1, withTotal: true });
  expect(page).toMatchObject({ uids: ["u2"], total: 4 });
});

test.each([
  ["AL", ["u4", "u2"]],
  ["smi", ["u2"]],
  ["van dy", ["u3"]],
  ["zoë", ["u1"]],
  ["u", ["u3", "u4", "u2", "u1"]],
  ["lice", []],
  ["%", []],
  ["_", []],
])("a search for %s finds prefixes of uids and of words of names", async (searchKey, expected) => {
  const page = await list({ searchKey, withTotal: true });
  expect(page.uids).toEqual(expected);
  expect(page.total).toBe(expected.length);
});

test("a search can be for uids or names alone", async () => {
  expect((await list({ searchKey: "u", searchIn: ["name"] })).uids).toEqual([]);
  expect((await list({ searchKey: "u2", searchIn: ["uid"] })).uids).toEqual(["u2"]);
  await expect(list({ searchKey: "u", searchIn: ["email"] })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});

test("a search pages like any list", async () => {
  const first = await list({ searchKey: "u", pageSize: 2 });
  const second = await list({ searchKey: "u", pageSize: 2, pageToken: first.nextPageToken });
  expect([first.uids, second.uids]).toEqual([["u3", "u4"], ["u2", "u1"]]);
});

test("a new name is found, the old one is not", async () => {
  await bench().call.updateUser(
    { uid: "u2", name: "Alicia Jones", tags: [], replaceTags: false, unset: [] }, as.server(app),
  );
  expect((await list({ searchKey: "smith" })).uids).toEqual([]);
  expect((await list({ searchKey: "jones" })).uids).toEqual(["u2"]);
});

test("filters combine", async () => {
  expect((await list({ status: UserStatus.ONLINE })).uids).toEqual(["u3"]);
  expect((await list({ tags: ["vip", "other"] })).uids).toEqual(["u3", "u1"]);
  expect((await list({ tags: ["vip"], status: UserStatus.OFFLINE })).uids).toEqual(["u1"]);
  expect((await list({ tags: ["vip"], searchKey: "zo" })).uids).toEqual(["u1"]);
  expect((await list({ uids: ["u4", "U1", "nobody"] })).uids).toEqual(["u4", "u1"]);
  expect((await list({ roles: ["default"] })).uids).toHaveLength(4);
  expect((await list({ roles: ["admin"] })).uids).toEqual([]);
});

test("tags come only when asked for", async () => {
  expect((await list({ uids: ["u1"] })).users[0]!.tags).toEqual([]);
  expect((await list({ uids: ["u1"], withTags: true })).users[0]!.tags).toEqual(["vip", "u1"]);
});

test("deactivated users are for the server, when it asks", async () => {
  await bench().call.deactivateUsers({ uids: ["u1"] }, as.server(app));
  expect((await list({ withDeactivated: true })).uids).not.toContain("u1");
  expect((await list({}, as.server(app))).uids).not.toContain("u1");
  expect((await list({ withDeactivated: true }, as.server(app))).uids).toContain("u1");
});

test("private metadata is for the server", async () => {
  await bench().user(app, "dora", { metadataJson: "{\"@private\":1}" });
  expect((await list({ uids: ["dora"] })).users[0]!.metadataJson).toBe("");
  expect((await list({ uids: ["dora"] }, as.server(app))).users[0]!.metadataJson).toBe("{\"@private\":1}");
});

test("an app sees its own users only", async () => {
  const other = await bench().app("othrchat");
  expect((await list({ withTotal: true }, as.server(other.app)))).toMatchObject({ uids: [], total: 0 });
  expect((await list({ searchKey: "a" }, as.server(other.app))).uids).toEqual([]);
  expect((await list({ tags: ["vip"] }, as.server(other.app))).uids).toEqual([]);
});

test("the system user is in no list", async () => {
  expect((await list({ uids: ["app_system"] }, as.server(app))).uids).toEqual([]);
});

test("a token of another order, or of nothing, is refused", async () => {
  const { nextPageToken } = await list({ pageSize: 1 });
  await expect(list({ pageToken: nextPageToken, sort: UserSort.UID })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  await expect(list({ pageToken: "rubbish" })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});

test("too much at once is refused", async () => {
  await expect(list({ pageSize: 1_001 })).rejects.toEqual(refusal("ERROR_LIMIT_EXCEEDED"));
  await expect(list({ uids: Array.from({ length: 26 }, (_, at) => `u${at}`) })).rejects
    .toEqual(refusal("ERROR_LIMIT_EXCEEDED"));
  await expect(list({ status: 9 as UserStatus })).rejects.toEqual(refusal("INVALID_STATUS_VALUE"));
});
