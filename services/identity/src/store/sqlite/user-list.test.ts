import { silentLog } from "@parlance/platform/log";
import { createCommands, openSqlite, type Sqlite } from "@parlance/platform/sqlite";
import { ManualClock } from "@parlance/platform/time";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { sqlite as planModule } from "../../testing/plan-module.js";
import { ACME, ALICE } from "../../testing/store-bench.js";
import type { UserQuery } from "../ports.js";
import { userListStatement } from "./user-list.js";
import { ONLINE_BEFORE } from "./user-status.js";

let db: Sqlite;

beforeAll(async () => {
  const modules = [new URL("./module.js", import.meta.url), new URL("../../testing/plan-module.js", import.meta.url)];
  db = await openSqlite({ path: ":memory:", modules, log: silentLog(), clock: new ManualClock() });
});
afterAll(() => db.stop());

const ALL: UserQuery = {
  searchKey: "", searchIn: [], online: undefined, roles: [], tags: [], uids: [], viewer: ALICE, withDeactivated: false,
  order: "status", descending: false, after: undefined, offset: 0, limit: 30,
};

async function plan(query: Partial<UserQuery>): Promise<string> {
  const statement = userListStatement(ACME, { ...ALL, ...query });
  return (await createCommands<typeof planModule>(db, "plan").read.explain(statement)).join("\n");
}

test.each(["status", "name", "uid", "createdAt"] as const)("a list by %s walks an index and sorts nothing", async (order) => {
  const after = { online: true, foldedName: "a", createdAtMs: 1, uid: ALICE };
  for (const descending of [false, true]) {
    const steps = await plan({ order, descending, after });
    expect(steps).toMatch(/SEARCH identity_users USING INDEX/);
    expect(steps).not.toMatch(/SCAN|TEMP B-TREE/);
  }
});

test.each([{ searchKey: "ali" }, { searchKey: "ali", searchIn: ["uid"] }, { tags: ["vip"] }, { searchKey: "a", tags: ["b"] }] as
  Partial<UserQuery>[])("candidates of %o come from ranges of terms", async (query) => {
  const steps = await plan(query);
  expect(steps).toMatch(/SEARCH identity_users USING INTEGER PRIMARY KEY/);
  expect(steps).toMatch(/SEARCH identity_terms USING PRIMARY KEY/);
  expect(steps).not.toMatch(/SCAN identity/);
});

test("named users are looked up", async () => {
  expect(await plan({ uids: ["alice", "bob"] })).not.toMatch(/SCAN identity/);
});

test("who was online before a reset is found by status, app by app", async () => {
  const steps = (await createCommands<typeof planModule>(db, "plan").read.explain({ text: ONLINE_BEFORE, values: [1, 1] })).join("\n");
  expect(steps).toMatch(/SEARCH identity_users USING INDEX identity_users_by_status \(app=\? AND offline=\?\)/);
  expect(steps).not.toMatch(/SCAN identity_users/);
});

test("nothing of a request is part of a statement", () => {
  const evil = "x' OR 1=1 --";
  const { text } = userListStatement(ACME, { ...ALL, searchKey: evil, tags: [evil], uids: [evil], roles: [evil] });
  expect(text).not.toContain("OR 1=1");
});
