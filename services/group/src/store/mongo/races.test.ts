import { dropAndClose, openTestMongo, testMongoUri } from "@parlance/platform/mongo/testing";
import { openMongo, type Mongo } from "@parlance/platform/mongo";
import { appId, guid, uid } from "@parlance/platform/ids";
import { silentLog } from "@parlance/platform/log";
import { seededRandom } from "@parlance/platform/random";
import { systemClock } from "@parlance/platform/time";
import { CreateGroupRequest, GroupType } from "@parlance/proto/group/v1/group";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { APP, CAST, CLUB, as, openBench, type Bench } from "../../testing/bench.js";
import { refusalOf } from "../../testing/refusal.js";
import { collectionsOf } from "./documents.js";
import { groupMongoStorage } from "./mongo-storage.js";

const uri = testMongoUri();
const GROUPS_MAX = 5;
const FAILURES = /^ERR_(OPERATION_FAILED|MISSION_FAILED|EXCEPTION|TOO_MANY_REQUESTS)$/;

describe.skipIf(uri === undefined)("two processes on one database", () => {
  let stores: Mongo[];
  let bench: Bench;

  beforeEach(async () => {
    const first = await openTestMongo(uri!);
    const database = first.db.databaseName;
    stores = [first, await openMongo({ uri: uri!, database, log: silentLog(), clock: systemClock() })];
    const left = [...stores];
    bench = await openBench({
      pods: 2, storage: () => groupMongoStorage(left.shift()!),
      env: { PARLANCE_GROUP_MEMBERS_MAX: "20", PARLANCE_GROUP_GROUPS_PER_USER_MAX: String(GROUPS_MAX) },
    });
  });
  afterEach(async () => {
    await bench.close();
    await stores[1]!.stop();
    await dropAndClose(stores[0]!);
  });

  const join = (who: string, pod: number, id = CLUB) => refusalOf(bench.calls[pod % 2]!.joinGroup({ guid: id, password: "" }, as.user(who)));

  function crowd(count: number): string[] {
    const uids = Array.from({ length: count }, (_, at) => `user-${at}`);
    for (const who of uids) bench.directory.add(APP, who);
    return uids;
  }

  /** Waits until nothing is on its way, and nothing went wrong. */
  async function settled(): Promise<void> {
    await bench.settle();
    expect(bench.log.unexpected).toEqual([]);
  }

  /** What the group says of its members, the member documents, and the places of users: the same. */
  async function counted(): Promise<number> {
    await settled();
    const { group } = await bench.call.getGroup({ guid: CLUB }, as.server());
    const { people, users } = collectionsOf(stores[0]!);
    const members = await people.find({ kind: "m" }).toArray();
    expect(members).toHaveLength(group!.membersCount);
    const { members: store } = groupMongoStorage(stores[1]!);
    for (const { uid: who } of members) expect(await store.guidsOf(appId(APP), uid(who))).toEqual([guid(CLUB)]);
    const placed = await users.find({ "places.0": { $exists: true } }).toArray();
    expect(placed.length).toBeGreaterThanOrEqual(members.length);
    return group!.membersCount;
  }

  /** Of each change one, however often and from whom messaging heard of it. */
  function versions(): readonly number[] {
    return bench.sink.changesOf(CLUB).map(({ version }) => version).toSorted((one, other) => one - other);
  }

  test("fill a group to its cap exactly: 100 joins at one place less (S39)", async () => {
    await bench.group();
    const users = crowd(118);
    await bench.add(...users.slice(0, 18));
    const answers = await Promise.all(users.slice(18).map((who, at) => join(who, at)));
    expect(answers.filter((name) => name === "done")).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(["done", "ERR_NO_VACANCY"]));
    expect(await counted()).toBe(20);
    expect(versions()).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  });

  test("let a user into as many groups as allowed: 100 joins at one less", async () => {
    const ids = Array.from({ length: 100 }, (_, at) => `club-${at}`);
    for (const id of [...ids, "one", "two", "three", "four"]) {
      await bench.call.createGroup(CreateGroupRequest.fromPartial({ guid: id, name: "Club", type: GroupType.PUBLIC }), as.server());
    }
    for (const id of ["one", "two", "three", "four"]) expect(await join("bob", 0, id)).toBe("done");
    const answers = await Promise.all(ids.map((id, at) => join("bob", at, id)));
    expect(answers.filter((name) => name === "done")).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(["done", "ERR_PLAN_QUOTA_RESTRICTION"]));
    const { guids } = await bench.call.listJoinedGuids({ uid: "bob" }, as.peer());
    expect(guids).toHaveLength(GROUPS_MAX);
    await settled();
    // A place that is left is free again.
    expect(await refusalOf(bench.calls[1]!.leaveGroup({ guid: "one" }, as.user("bob")))).toBe("done");
    const again = await Promise.all(ids.map((id, at) => join("bob", at, id)));
    expect(again.filter((name) => name === "done")).toHaveLength(1);
  });

  test.each([1, 2, 3])("keep count of members through any mixture of changes (seed %i)", async (seed) => {
    await bench.group({}, CAST);
    const random = seededRandom(seed);
    const users = crowd(12);
    const byAlice = as.user("alice");
    const change = (): Promise<string> => {
      const call = bench.calls[random.int(2)]!;
      const who = users[random.int(users.length)]!;
      switch (random.int(6)) {
        case 0: return refusalOf(call.kickMember({ guid: CLUB, uid: who }, byAlice));
        case 1: return refusalOf(call.banMember({ guid: CLUB, uid: who }, byAlice));
        case 2: return refusalOf(call.unbanMember({ guid: CLUB, uid: who }, byAlice));
        case 3: return refusalOf(call.leaveGroup({ guid: CLUB }, as.user(who)));
        case 4: return refusalOf(call.changeScope({ guid: CLUB, uid: who, scope: 1 + random.int(3) }, byAlice));
        default: return refusalOf(call.joinGroup({ guid: CLUB, password: "" }, as.user(who)));
      }
    };
    const answers: string[] = [];
    for (let round = 0; round < 10; round += 1) answers.push(...await Promise.all(Array.from({ length: 10 }, change)));
    expect(answers.filter((name) => FAILURES.test(name))).toEqual([]);
    expect(await counted()).toBeGreaterThan(0);
    expect(versions()).toEqual(Array.from({ length: versions().length }, (_, at) => at + 1));
  });
});
