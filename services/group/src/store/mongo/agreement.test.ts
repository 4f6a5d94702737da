// Every question is answered alike by both stores: the same random history is written to SQLite and to MongoDB.
import { dropAndClose, openTestMongo, testMongoUri } from "@parlance/platform/mongo/testing";
import type { Mongo } from "@parlance/platform/mongo";
import { appId, guid, uid, type Guid } from "@parlance/platform/ids";
import { silentLog } from "@parlance/platform/log";
import { folded } from "@parlance/platform/paging";
import { seededRandom, type Random } from "@parlance/platform/random";
import { openSqlite, type Sqlite } from "@parlance/platform/sqlite";
import { ManualClock } from "@parlance/platform/time";
import { GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { groupOf, memberOf } from "../../testing/rosters.js";
import { groupSqliteStorage } from "../sqlite/stores.js";
import type { BanQuery, GroupEdit, GroupQuery, GroupStorage, MemberQuery } from "../ports.js";
import { groupMongoStorage } from "./mongo-storage.js";

const uri = testMongoUri();
const APP = appId("acmechat");
const GUIDS = ["book-club", "film-club", "chess", "choir"].map(guid);
const USERS = Array.from({ length: 8 }, (_, at) => uid(`user-${at}`));
const NAMES = ["Book Club", "book", "Film Club", "The Club of Books", "Ä", "𝔄lpha"];
const KEYS = ["", "b", "club", "user-1", "the c", "zz", "bo"];
const SCOPES = [MemberScope.PARTICIPANT, MemberScope.MODERATOR, MemberScope.ADMIN];

describe.skipIf(uri === undefined)("MongoDB and SQLite", () => {
  let mongo: Mongo;
  let sqlite: Sqlite;
  let stores: readonly [GroupStorage, GroupStorage];

  beforeEach(async () => {
    mongo = await openTestMongo(uri!);
    sqlite = await openSqlite({
      path: ":memory:", modules: [new URL("../sqlite/module.js", import.meta.url)], log: silentLog(), clock: new ManualClock(),
    });
    stores = [groupSqliteStorage(sqlite), groupMongoStorage(mongo)];
    await stores[1].prepare();
  });
  afterEach(async () => {
    await sqlite.stop();
    await dropAndClose(mongo);
  });

  /** The answer of both. */
  async function alike<R>(ask: (storage: GroupStorage) => Promise<R>): Promise<R> {
    const [one, other] = await Promise.all(stores.map(ask));
    expect(other).toEqual(one);
    return one!;
  }

  const pick = <T>(random: Random, from: readonly T[]): T => from[random.int(from.length)]!;
  const some = <T>(random: Random, from: readonly T[]): T[] => from.filter(() => random.int(3) === 0);

  /** Whatever an edit may say, sensible or not. */
  async function randomEdit(random: Random, id: Guid, step: number): Promise<GroupEdit> {
    const { group, members, bans } = await alike(({ groups }) => groups.state(APP, id, USERS).then(inOrder));
    const isIn = new Set(members.map((member) => member.uid));
    const isOut = new Set(bans.map((ban) => ban.uid));
    const [out, joining] = [some(random, [...isIn]), some(random, USERS).filter((who) => !isIn.has(who) && !isOut.has(who))];
    const staying = some(random, [...isIn]).filter((who) => !out.includes(who));
    const banned = some(random, out);
    const put = [...joining, ...staying].map((who) => memberOf(who, pick(random, SCOPES), pick(random, NAMES)));
    const bansPut = banned.map((who) => ({
      uid: who, name: pick(random, NAMES), nameAtMs: step, formerScope: pick(random, SCOPES), bannedAtMs: 1 + random.int(3), bannedBy: uid("alice"),
    }));
    const type = pick(random, [GroupType.PUBLIC, GroupType.PRIVATE, GroupType.PASSWORD]);
    // When one of several is in too many groups, MongoDB keeps the places of the others for a while.
    const groupsMax = joining.length === 1 ? 3 : 100;
    const fresh = groupOf({ guid: id, incarnation: `i${step}` });
    return {
      group: { ...group ?? fresh, name: pick(random, NAMES), tags: some(random, ["a", "b"]), type, membersCount: isIn.size - out.length + joining.length },
      members: { put, remove: out }, bans: { put: bansPut, remove: some(random, [...isOut]) }, joining, groupsMax, pending: [], facts: [],
    };
  }

  async function write(random: Random, step: number): Promise<void> {
    const id = pick(random, GUIDS);
    const edit = await randomEdit(random, id, step);
    const { group } = await stores[0].groups.state(APP, id, []);
    const removal = { group: edit.group, pending: [], facts: [] };
    const rename = { uid: pick(random, USERS), name: pick(random, NAMES), nameAtMs: step };
    if (group === undefined) await alike(({ groups }) => groups.create(APP, edit));
    else if (random.int(10) === 0) await alike(({ groups }) => groups.remove(APP, removal));
    else if (random.int(5) === 0) await alike(({ members }) => members.rename(APP, rename, 100));
    else await alike(({ groups }) => groups.edit(APP, edit));
  }

  async function ask(random: Random): Promise<void> {
    const page = { offset: random.int(3), limit: 1 + random.int(5), searchKey: pick(random, KEYS) };
    const position = { foldedName: folded(pick(random, NAMES)), id: pick(random, USERS) };
    const isAfter = random.int(2) === 0;
    const groups: GroupQuery = {
      ...page, viewer: pick(random, [undefined, ...USERS]), joinedOnly: false, tags: some(random, ["a", "b"]),
      types: some(random, [GroupType.PUBLIC, GroupType.PRIVATE]), after: isAfter ? { ...position, id: pick(random, GUIDS) } : undefined,
    };
    const members: MemberQuery = {
      ...page, guid: pick(random, GUIDS), scopes: some(random, SCOPES), after: isAfter ? { ...position, scope: pick(random, SCOPES) } : undefined,
      ...(isAfter ? { offset: 0 } : {}),
    };
    const who = pick(random, USERS);
    const bans: BanQuery = { ...page, guid: pick(random, GUIDS), after: isAfter ? { bannedAtMs: 2, uid: who } : undefined };
    for (const joinedOnly of groups.viewer === undefined ? [false] : [false, true]) {
      await alike((storage) => storage.groups.list(APP, { ...groups, joinedOnly }));
      await alike((storage) => storage.groups.count(APP, { ...groups, joinedOnly }));
    }
    await alike((storage) => storage.members.list(APP, members));
    await alike((storage) => storage.members.count(APP, members));
    await alike((storage) => storage.bans.list(APP, bans));
    await alike((storage) => storage.bans.count(APP, bans));
    await alike(async (storage) => (await storage.members.guidsOf(APP, who)).toSorted());
  }

  test.each([1, 2, 3, 4])("answer alike (seed %i)", async (seed) => {
    const random = seededRandom(seed);
    for (let step = 1; step <= 60; step += 1) {
      await write(random, step);
      await ask(random);
    }
  });
});

/** State answers people in no order. */
function inOrder(state: Awaited<ReturnType<GroupStorage["groups"]["state"]>>) {
  const byUid = (one: { readonly uid: string }, other: { readonly uid: string }) => (one.uid < other.uid ? -1 : 1);
  return { ...state, members: state.members.toSorted(byUid), bans: state.bans.toSorted(byUid) };
}
