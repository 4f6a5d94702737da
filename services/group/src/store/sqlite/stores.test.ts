import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appId } from "@parlance/platform/ids";
import { silentLog } from "@parlance/platform/log";
import { openSqlite, type Sqlite } from "@parlance/platform/sqlite";
import { ManualClock } from "@parlance/platform/time";
import { withFile } from "../../testing/in-folder.js";
import { groupStoresContract, type StorePlace } from "../groups.contract.js";
import { groupListStatement } from "./group-list.js";
import { groupSqliteStorage } from "./stores.js";

const modules = [new URL("./module.js", import.meta.url)];
const open = (path: string) => openSqlite({ path, modules, log: silentLog(), clock: new ManualClock(), synchronous: "NORMAL" });

async function placeAt(path: string, done: () => void = () => undefined): Promise<StorePlace> {
  const sqlite = await open(path);
  return {
    ...groupSqliteStorage(sqlite),
    close: async () => {
      await sqlite.stop();
      done();
    },
  };
}

function placeInFile(): Promise<StorePlace> {
  return new Promise((resolve, reject) => {
    withFile((path) => new Promise<void>((done) => {
      placeAt(path, done).then(resolve, reject);
    })).catch(reject);
  });
}

describe("in memory", () => {
  groupStoresContract(() => placeAt(":memory:"));
});

describe("in a file, across threads", () => {
  groupStoresContract(placeInFile);
});

describe("the plans", () => {
  let sqlite: Sqlite;
  beforeEach(async () => {
    sqlite = await openSqlite({
      path: ":memory:", modules: [...modules, new URL("../../testing/plans.js", import.meta.url)], log: silentLog(), clock: new ManualClock(),
    });
  });
  afterEach(() => sqlite.stop());
  const planOf = async (query: { text: string; values: readonly unknown[] }) =>
    (await sqlite.read<string[]>("plans.explain", query)).join("\n");
  const all = { viewer: undefined, joinedOnly: false, searchKey: "", tags: [], types: [], after: undefined, offset: 0, limit: 10 };

  it.each([{}, { viewer: "bob" as never }, { viewer: "bob" as never, joinedOnly: true }, { searchKey: "b" }, { tags: ["a"] }])(
    "never read a whole table to list groups: %o", async (query) => {
      const plan = await planOf(groupListStatement(appId("acmechat"), { ...all, ...query }));
      expect(plan.split("\n").filter((line) => /SCAN (g|m|group_)/.test(line))).toEqual([]);
    },
  );

  it("walk listed groups in the order of the index, without sorting them", async () => {
    expect(await planOf(groupListStatement(appId("acmechat"), all))).toContain("USING INDEX group_groups_by_name");
  });
});
