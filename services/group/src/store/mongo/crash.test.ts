import { dropAndClose, openTestMongo, testMongoUri } from "@parlance/platform/mongo/testing";
import type { Mongo } from "@parlance/platform/mongo";
import { appId, guid, uid, type Guid } from "@parlance/platform/ids";
import { ManualClock } from "@parlance/platform/time";
import { MemberScope } from "@parlance/proto/group/v1/group";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GroupRecord } from "../../domain/group.js";
import type { MemberRecord } from "../../domain/roster.js";
import { dyingAfter, holding } from "../../testing/frail-mongo.js";
import { groupOf, memberOf } from "../../testing/rosters.js";
import type { GroupEdit, GroupStorage } from "../ports.js";
import { collectionsOf } from "./documents.js";
import { groupMongoStorage } from "./mongo-storage.js";

const uri = testMongoUri();
const APP = appId("acmechat");
const [BOB, CAROL, DAVE, ERIN] = [uid("bob"), uid("carol"), uid("dave"), uid("erin")];
const EVERYBODY = [BOB, CAROL, DAVE, ERIN];
const { ADMIN, MODERATOR, PARTICIPANT } = MemberScope;

const banOf = (who: typeof BOB, by = ERIN) =>
  ({ uid: who, name: who, nameAtMs: 1, formerScope: PARTICIPANT, bannedAtMs: 5, bannedBy: by });

function editOf(group: GroupRecord, change: Partial<GroupEdit> = {}): GroupEdit {
  const nobody = { put: [], remove: [] };
  return { group, members: nobody, bans: nobody, joining: [], groupsMax: 1_000, pending: [], facts: [], ...change };
}

function joining(group: GroupRecord, members: readonly MemberRecord[], change: Partial<GroupEdit> = {}): GroupEdit {
  return editOf(group, { members: { put: members, remove: [] }, joining: members.map((member) => member.uid), ...change });
}

/** Before: bob and carol are in, dave is banned. After: bob is a moderator, erin is in, carol is banned, dave is not. */
const before = (id: Guid) => joining(groupOf({ guid: id, membersCount: 2 }), [memberOf("bob"), memberOf("carol")], {
  bans: { put: [banOf(DAVE)], remove: [] },
});
const manyThings = (id: Guid) => editOf(groupOf({ guid: id, name: "After", membersCount: 2 }), {
  members: { put: [memberOf("bob", MODERATOR), memberOf("erin", ADMIN)], remove: [CAROL] },
  bans: { put: [banOf(CAROL)], remove: [DAVE] }, joining: [ERIN],
  pending: [{ eventId: "e", incarnation: "i", by: BOB, step: undefined, value: Uint8Array.of(1) }],
});

const WRITES_BEFORE_COMMIT = 3;
const WRITES = 12;

const NOT_THERE = {
  outcome: "failed", name: "Book Club", members: [[BOB, PARTICIPANT], [CAROL, PARTICIPANT]], pending: 0, banned: [DAVE],
  known: [DAVE], isSettled: true,
};
const WHOLE = {
  outcome: "done", name: "After", members: [[ERIN, ADMIN], [BOB, MODERATOR]], pending: 1, banned: [CAROL], known: [CAROL],
  isSettled: true,
};

/** What is found first by those who look in different ways; each comes after a crash first, once. */
const WAYS: Readonly<Record<string, (storage: GroupStorage, id: Guid) => Promise<unknown>>> = {
  state: ({ groups }, id) => groups.state(APP, id, EVERYBODY),
  members: ({ members }, id) => members.list(APP, { guid: id, searchKey: "", scopes: [], after: undefined, offset: 0, limit: 10 }),
  guids: ({ members }) => Promise.all(EVERYBODY.map((who) => members.guidsOf(APP, who))),
  groups: ({ groups }) => groups.list(APP, {
    viewer: ERIN, joinedOnly: false, searchKey: "", tags: [], types: [], after: undefined, offset: 0, limit: 100,
  }),
};

describe.skipIf(uri === undefined)("a process that dies", () => {
  let mongo: Mongo;
  let living: GroupStorage;

  beforeAll(async () => {
    mongo = await openTestMongo(uri!);
    living = groupMongoStorage(mongo);
    await living.prepare();
  });
  afterAll(() => dropAndClose(mongo));

  /** Everything that can be asked of a group's people, told from the place of one who is not in it. */
  async function seen(id: Guid) {
    const query = { guid: id, searchKey: "", after: undefined, offset: 0, limit: 10 };
    const { group, members, bans, pending } = await living.groups.state(APP, id, EVERYBODY);
    const inIt = (await Promise.all(EVERYBODY.map(async (who) => [who, await living.members.guidsOf(APP, who)] as const)))
      .filter(([, guids]) => guids.includes(id)).map(([who]) => who);
    const listed = await living.members.list(APP, { ...query, scopes: [] });
    expect(members.map((member) => member.uid).toSorted()).toEqual(listed.map((member) => member.uid).toSorted());
    expect(inIt.toSorted()).toEqual(listed.map((member) => member.uid).toSorted());
    expect(group?.membersCount).toBe(await living.members.count(APP, { ...query, scopes: [] }));
    return {
      name: group?.name, members: listed.map(({ uid: who, scope }) => [who, scope]), pending: pending.length,
      banned: (await living.bans.list(APP, query)).map((ban) => ban.uid), known: bans.map((ban) => ban.uid),
      isSettled: (await collectionsOf(mongo).groups.findOne({ _id: `${APP}/${id}` }))?.change === undefined,
    };
  }

  test.each(Object.keys(WAYS))("at any step leaves a change whole or not there, for one who asks for %s first", async (way) => {
    for (let writes = 0; writes <= WRITES; writes += 1) {
      const id = guid(`${way}-${writes}`);
      await living.groups.create(APP, before(id));
      // The first of the process: whoever is in no group yet has no document.
      await collectionsOf(mongo).users.deleteOne({ _id: `${APP}/erin` });
      const dying = groupMongoStorage(dyingAfter(mongo, writes));
      const outcome = await dying.groups.edit(APP, manyThings(id)).then(({ kind }) => kind, () => "failed");
      await WAYS[way]!(living, id);
      expect({ outcome, ...await seen(id) }).toEqual(writes <= WRITES_BEFORE_COMMIT ? NOT_THERE : WHOLE);
    }
  });

  test("after its commit does not keep others from changing the group", async () => {
    const id = guid("next");
    await living.groups.create(APP, before(id));
    await groupMongoStorage(dyingAfter(mongo, 5)).groups.edit(APP, manyThings(id));
    const next = groupOf({ guid: id, revision: 2, membersCount: 1 });
    expect(await living.groups.edit(APP, editOf(next, { members: { put: [], remove: [ERIN] } }))).toEqual({ kind: "done" });
    expect(await seen(id)).toMatchObject({ members: [[BOB, MODERATOR]], banned: [CAROL] });
  });

  test("after its commit does not bring back a name that was changed since", async () => {
    const id = guid("names");
    await living.groups.create(APP, before(id));
    await groupMongoStorage(dyingAfter(mongo, 5)).groups.edit(APP, manyThings(id));
    while (await living.members.rename(APP, { uid: ERIN, name: "Erin II", nameAtMs: 2 }, 100));
    expect((await living.groups.state(APP, id, [ERIN])).members).toMatchObject([{ name: "Erin II" }]);
  });

  test("before its commit does not keep a user's place for ever", async () => {
    const clock = new ManualClock();
    const later = groupMongoStorage({ ...mongo, clock });
    const frank = memberOf("frank");
    const join = (id: string, by = later) => by.groups.create(APP, joining(groupOf({ guid: guid(id) }), [frank], { groupsMax: 1 }));
    await expect(join("never", groupMongoStorage({ ...dyingAfter(mongo, 3), clock }))).rejects.toThrow();
    expect(await join("other")).toEqual({ kind: "full", uids: [frank.uid] });
    await clock.advance(300_001);
    expect(await join("other")).toEqual({ kind: "done" });
    expect(await join("another")).toEqual({ kind: "full", uids: [frank.uid] });
  });

  test("before its commit keeps a place in a group only until somebody changes the group", async () => {
    const [id, grace] = [guid("busy"), memberOf("grace")];
    await living.groups.create(APP, before(id));
    const join = joining(groupOf({ guid: id }), [grace], { groupsMax: 1 });
    await expect(groupMongoStorage(dyingAfter(mongo, 3)).groups.edit(APP, join)).rejects.toThrow();
    const other = joining(groupOf({ guid: guid("quiet") }), [grace], { groupsMax: 1 });
    expect(await living.groups.create(APP, other)).toEqual({ kind: "full", uids: [grace.uid] });
    await living.groups.edit(APP, editOf(groupOf({ guid: id, membersCount: 2 })));
    expect(await living.groups.create(APP, other)).toEqual({ kind: "done" });
    expect(await living.members.guidsOf(APP, grace.uid)).toEqual(["quiet"]);
  });
});

describe.skipIf(uri === undefined)("a process that stops in the middle and goes on", () => {
  let mongo: Mongo;
  let living: GroupStorage;
  const id = guid("book-club");
  const join = joining(groupOf({ membersCount: 1 }), [memberOf("bob")]);

  beforeAll(async () => {
    mongo = await openTestMongo(uri!);
    living = groupMongoStorage(mongo);
    await living.prepare();
  });
  afterAll(() => dropAndClose(mongo));

  test("does not undo what came after it, nor bring back what a removed group had", async () => {
    await living.groups.create(APP, editOf(groupOf()));
    const held = holding(mongo, "group_people");
    const late = groupMongoStorage(held.mongo).groups.edit(APP, join);
    await held.reached;
    expect((await living.groups.state(APP, id, [BOB])).members).toHaveLength(1);
    await living.groups.edit(APP, editOf(groupOf({ revision: 2 }), { members: { put: [], remove: [BOB] } }));
    held.release();
    expect(await late).toEqual({ kind: "done" });
    expect((await living.groups.state(APP, id, [BOB])).members).toEqual([]);
    expect(await living.members.guidsOf(APP, BOB)).toEqual([]);
  });

  test("takes no place from a user who is back since", async () => {
    const club = guid("comeback");
    const carol = groupOf({ guid: club, membersCount: 1 });
    await living.groups.create(APP, joining(carol, [memberOf("carol")]));
    const held = holding(mongo, "group_users");
    const late = groupMongoStorage(held.mongo).groups.edit(APP, editOf({ ...carol, membersCount: 0 }, { members: { put: [], remove: [CAROL] } }));
    await held.reached;
    expect((await living.groups.state(APP, club, [CAROL])).members).toEqual([]);
    expect(await living.groups.edit(APP, joining({ ...carol, revision: 2 }, [memberOf("carol")]))).toEqual({ kind: "done" });
    held.release();
    await late;
    expect(await living.members.guidsOf(APP, CAROL)).toEqual([club]);
    const other = joining(groupOf({ guid: guid("other") }), [memberOf("carol")], { groupsMax: 1 });
    expect(await living.groups.create(APP, other)).toEqual({ kind: "full", uids: [CAROL] });
  });

  test("leaves nothing of a removed group that was erased meanwhile", async () => {
    const held = holding(mongo, "group_people");
    const late = groupMongoStorage(held.mongo).groups.edit(APP, joining(groupOf({ revision: 3, membersCount: 1 }), [memberOf("bob")]));
    await held.reached;
    await living.groups.state(APP, id, []);
    await living.groups.remove(APP, { group: groupOf({ revision: 4 }), pending: [], facts: [] });
    while (await living.groups.eraseSome(10));
    held.release();
    await late;
    expect(await living.members.guidsOf(APP, BOB)).toEqual([]);
    while (await living.groups.eraseSome(10));
    expect(await collectionsOf(mongo).people.countDocuments({ uid: "bob" })).toBe(0);
    expect(await collectionsOf(mongo).users.findOne({ _id: `${APP}/bob` })).toMatchObject({ places: [] });
  });
});
