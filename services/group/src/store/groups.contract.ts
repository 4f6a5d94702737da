// What every adapter of the ports GroupStore, MemberStore, BanStore and PendingStore must do.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appId, guid, uid } from "@parlance/platform/ids";
import { GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import type { GroupRecord } from "../domain/group.js";
import type { BanRecord, MemberRecord } from "../domain/roster.js";
import { groupOf, memberOf } from "../testing/rosters.js";
import type { BanStore, GroupEdit, GroupQuery, GroupStorage, GroupStore, GroupStores, MemberQuery, MemberStore, PendingEvent, PendingStore } from "./ports.js";

export interface StorePlace extends GroupStores, Pick<GroupStorage, "outbox"> {
  close(): Promise<void>;
}

const APP = appId("acmechat");
const OTHER = appId("othercorp");
const CLUB = guid("book-club");
const ALICE = uid("alice");

function editOf(group: GroupRecord, change: Partial<GroupEdit> = {}): GroupEdit {
  const nobody = { put: [], remove: [] };
  return { group, members: nobody, bans: nobody, joining: [], groupsMax: 3, pending: [], facts: [], ...change };
}

function putting(group: GroupRecord, members: readonly MemberRecord[], change: Partial<GroupEdit> = {}): GroupEdit {
  return editOf(group, { members: { put: members, remove: [] }, joining: members.map((member) => member.uid), ...change });
}

function pendingOf(eventId: string): PendingEvent {
  return { eventId, incarnation: "i", by: ALICE, step: undefined, value: Uint8Array.of(1) };
}

function banOf(who: string, bannedAtMs: number, name = who): BanRecord {
  return { uid: uid(who), name, nameAtMs: 1, formerScope: MemberScope.UNSPECIFIED, bannedAtMs, bannedBy: ALICE };
}

const fact = (id: string) => ({ topic: "events" as const, key: "k", value: Uint8Array.of(7), headers: { id, kind: "groupChanged" } });
const allGroups: GroupQuery = { viewer: undefined, joinedOnly: false, searchKey: "", tags: [], types: [], after: undefined, offset: 0, limit: 100 };
const allMembers: MemberQuery = { guid: CLUB, searchKey: "", scopes: [], after: undefined, offset: 0, limit: 100 };
const allBans = { guid: CLUB, searchKey: "", after: undefined, offset: 0, limit: 100 };

export function groupStoresContract(open: () => Promise<StorePlace>): void {
  let place: StorePlace;
  let groups: GroupStore;
  let members: MemberStore;
  let bans: BanStore;
  let pending: PendingStore;
  beforeEach(async () => {
    place = await open();
    ({ groups, members, bans, pending } = place);
  });
  afterEach(() => place.close());

  const stored = async (app = APP, id = CLUB) => (await groups.state(app, id, [])).group;
  const membersOf = async (query: Partial<MemberQuery> = {}) =>
    (await members.list(APP, { ...allMembers, ...query })).map((member) => member.uid);

  describe("GroupStore", () => {
    it("stores a group with people, pending events and facts in one change", async () => {
      const group = groupOf({ tags: ["a"], membersCount: 1 });
      const made = putting(group, [memberOf("alice", MemberScope.ADMIN)], { pending: [pendingOf("e1")], facts: [fact("f1")] });
      expect(await groups.create(APP, made)).toEqual({ kind: "done" });
      const state = await groups.state(APP, CLUB, [ALICE, uid("bob")]);
      expect(state).toEqual({ group, members: [memberOf("alice", MemberScope.ADMIN)], bans: [], pending: [pendingOf("e1")] });
      expect((await place.outbox.pending(10)).map(({ record }) => record)).toEqual([fact("f1")]);
    });

    it("takes a guid once in an app", async () => {
      await groups.create(APP, editOf(groupOf()));
      expect(await groups.create(APP, editOf(groupOf({ name: "other" }), { facts: [fact("f")] }))).toEqual({ kind: "conflict" });
      expect(await groups.create(OTHER, editOf(groupOf({ name: "theirs" })))).toEqual({ kind: "done" });
      expect([(await stored())?.name, (await stored(OTHER))?.name]).toEqual(["Book Club", "theirs"]);
      expect(await place.outbox.pending(10)).toEqual([]);
    });

    it("edits the group of the revision only, and counts it", async () => {
      await groups.create(APP, editOf(groupOf()));
      const change = editOf(groupOf({ name: "Film Club" }), { facts: [fact("f1")] });
      expect(await groups.edit(APP, change)).toEqual({ kind: "done" });
      expect(await stored()).toMatchObject({ name: "Film Club", revision: 2 });
      expect(await groups.edit(APP, change)).toEqual({ kind: "conflict" });
      expect(await groups.edit(APP, editOf(groupOf({ revision: 2, incarnation: "another" })))).toEqual({ kind: "conflict" });
      expect(await groups.edit(OTHER, editOf(groupOf({ revision: 2 })))).toEqual({ kind: "conflict" });
      expect(await place.outbox.pending(10)).toHaveLength(1);
    });

    it("of many edits of one revision lets one through", async () => {
      await groups.create(APP, editOf(groupOf()));
      const outcomes = await Promise.all(Array.from({ length: 20 }, (_, at) => groups.edit(APP, putting(groupOf(), [memberOf(`u${at}`)]))));
      expect(outcomes.filter(({ kind }) => kind === "done")).toHaveLength(1);
      expect(await membersOf()).toHaveLength(1);
    });

    it("refuses whole a change that puts somebody into too many groups, and says whom", async () => {
      for (const id of ["a", "b", "c"]) await groups.create(APP, putting(groupOf({ guid: guid(id) }), [memberOf("bob")]));
      await groups.create(OTHER, putting(groupOf(), [memberOf("carol")]));
      const both = putting(groupOf(), [memberOf("bob"), memberOf("carol")], { facts: [fact("f")] });
      expect(await groups.create(APP, both)).toEqual({ kind: "full", uids: [uid("bob")] });
      expect([await stored(), await place.outbox.pending(10)]).toEqual([undefined, []]);
      await groups.remove(APP, { group: groupOf({ guid: guid("a") }), pending: [], facts: [] });
      expect(await groups.create(APP, both)).toEqual({ kind: "done" });
    });

    it("moves people between members and bans, and keeps a member's name and joining when the scope changes", async () => {
      await groups.create(APP, putting(groupOf(), [memberOf("bob", MemberScope.PARTICIPANT, "Bob"), memberOf("carol")]));
      await groups.edit(APP, editOf(groupOf(), {
        members: { put: [memberOf("bob", MemberScope.ADMIN, "ignored")], remove: [uid("carol")] }, bans: { put: [banOf("carol", 5)], remove: [] },
      }));
      const people = [uid("bob"), uid("carol")];
      expect(await groups.state(APP, CLUB, people)).toMatchObject({
        members: [memberOf("bob", MemberScope.ADMIN, "Bob")], bans: [banOf("carol", 5)],
      });
      await groups.edit(APP, editOf(groupOf({ revision: 2 }), { bans: { put: [], remove: [uid("carol")] } }));
      expect((await groups.state(APP, CLUB, people)).bans).toEqual([]);
    });

    it("removes a group for every read at once, keeps what is pending for its guid, and erases the rest in steps", async () => {
      await groups.create(APP, putting(groupOf({ tags: ["a"] }), [memberOf("bob"), memberOf("carol")], { pending: [pendingOf("e1")] }));
      const removal = { group: groupOf(), pending: [pendingOf("e2")], facts: [fact("f")] };
      expect(await groups.remove(APP, removal)).toEqual({ kind: "done" });
      expect(await groups.remove(APP, removal)).toEqual({ kind: "conflict" });
      expect(await groups.state(APP, CLUB, [uid("bob")])).toMatchObject({ group: undefined, members: [], pending: [pendingOf("e1"), pendingOf("e2")] });
      expect([await membersOf(), await members.guidsOf(APP, uid("bob")), await groups.list(APP, allGroups)]).toEqual([[], [], []]);
      await groups.create(APP, putting(groupOf({ incarnation: "later" }), [memberOf("dave")]));
      let steps = 0;
      while (await groups.eraseSome(2)) steps += 1;
      expect(steps).toBeGreaterThan(1);
      expect(await membersOf()).toEqual(["dave"]);
    });

    it("replaces a password hash that is still the stored one", async () => {
      await groups.create(APP, editOf(groupOf({ passwordHash: "old" })));
      await groups.replacePassword(APP, CLUB, { from: "older", to: "x" });
      await groups.replacePassword(OTHER, CLUB, { from: "old", to: "x" });
      expect((await stored())?.passwordHash).toBe("old");
      await groups.replacePassword(APP, CLUB, { from: "old", to: "new" });
      expect(await stored()).toMatchObject({ passwordHash: "new", revision: 1 });
    });

    it("lists what a viewer may see, once each, with counts that agree", async () => {
      const make = (id: string, type: GroupType, who: readonly MemberRecord[] = []) =>
        groups.create(APP, putting(groupOf({ guid: guid(id), name: id, type }), who));
      await make("open", GroupType.PUBLIC, [memberOf("bob")]);
      await make("mine", GroupType.PRIVATE, [memberOf("bob")]);
      await make("theirs", GroupType.PRIVATE);
      const seen = async (query: Partial<GroupQuery>) => {
        const found = await groups.list(APP, { ...allGroups, ...query });
        expect(await groups.count(APP, { ...allGroups, ...query })).toBe(found.length);
        return found.map(({ group, member }) => [group.guid, member !== undefined]);
      };
      expect(await seen({})).toEqual([["mine", false], ["open", false], ["theirs", false]]);
      expect(await seen({ viewer: uid("bob") })).toEqual([["mine", true], ["open", true]]);
      expect(await seen({ viewer: uid("bob"), joinedOnly: true, types: [GroupType.PUBLIC] })).toEqual([["open", true]]);
      expect(await seen({ viewer: uid("carol"), searchKey: "o" })).toEqual([["open", false]]);
      expect(await groups.list(OTHER, { ...allGroups, viewer: uid("bob") })).toEqual([]);
    });
  });

  describe("MemberStore and BanStore", () => {
    it("renames a user wherever they are, in steps, once, and never back to an older name", async () => {
      for (const id of ["a", "b", "book-club"]) await groups.create(APP, putting(groupOf({ guid: guid(id) }), [memberOf("bob", undefined, "Bob")]));
      await groups.create(APP, editOf(groupOf({ guid: guid("c") }), { bans: { put: [banOf("bob", 1, "Bob")], remove: [] } }));
      await groups.create(OTHER, putting(groupOf(), [memberOf("bob", undefined, "Bob")]));
      const rename = { uid: uid("bob"), name: "Robert", nameAtMs: 10 };
      expect(await members.rename(APP, rename, 2)).toBe(true);
      while (await members.rename(APP, rename, 2));
      expect(await members.rename(APP, { ...rename, name: "Old", nameAtMs: 9 }, 2)).toBe(false);
      expect([await membersOf({ searchKey: "rob" }), await membersOf({ searchKey: "old" })]).toEqual([["bob"], []]);
      expect(await bans.list(APP, { ...allBans, guid: guid("c"), searchKey: "rob" })).toMatchObject([{ name: "Robert" }]);
      expect(await members.list(OTHER, { ...allMembers, searchKey: "bob" })).toMatchObject([{ name: "Bob" }]);
    });

    it("answers the groups of a user", async () => {
      await groups.create(APP, putting(groupOf(), [memberOf("bob")]));
      expect([await members.guidsOf(APP, uid("bob")), await members.guidsOf(OTHER, uid("bob"))]).toEqual([[CLUB], []]);
    });

    it("answers the groups of many users who ask at once, each those of their own", async () => {
      const uids = Array.from({ length: 120 }, (_, n) => uid(`user${n}`));
      for (const n of [0, 1, 2]) {
        const inside = uids.filter((_, index) => index % 3 >= n).map((each) => memberOf(each));
        await groups.create(APP, putting(groupOf({ guid: guid(`club${n}`) }), inside));
      }
      const found = await Promise.all([...uids, uid("nobody")].map(async (each) => [...await members.guidsOf(APP, each)].toSorted()));
      const all = ["club0", "club1", "club2"];
      expect(found).toEqual([...uids.map((_, index) => all.slice(0, index % 3 + 1)), []]);
    });

    it("lists and counts nothing of another app", async () => {
      await groups.create(APP, putting(groupOf(), [memberOf("bob")], { bans: { put: [banOf("carol", 1)], remove: [] } }));
      expect([
        await members.list(OTHER, allMembers), await members.count(OTHER, allMembers), await bans.list(OTHER, allBans),
        await bans.count(OTHER, allBans), await members.count(APP, allMembers), await bans.count(APP, allBans),
      ]).toEqual([[], 0, [], 0, 1, 1]);
    });
  });

  it("PendingStore forgets what was delivered, of the group and app only, and keeps the order of the rest", async () => {
    const events = ["e1", "e2", "e3"].map(pendingOf);
    await groups.create(APP, editOf(groupOf(), { pending: events }));
    await pending.delivered(OTHER, CLUB, ["e1"]);
    await pending.delivered(APP, guid("another"), ["e1"]);
    await pending.delivered(APP, CLUB, ["e2", "unknown"]);
    expect((await groups.state(APP, CLUB, [])).pending.map(({ eventId }) => eventId)).toEqual(["e1", "e3"]);
  });
}
