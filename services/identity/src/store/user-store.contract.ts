import { sessionId, uid, type Uid } from "@parlance/platform/ids";
import { beforeEach, describe, expect, test } from "vitest";
import { ACME, ALICE, BOB, OTHER, aToken, aUser, anApp, withStores, type OpenStores } from "../testing/store-bench.js";
import type { UserQuery, UserStore } from "./ports.js";

const ALL: UserQuery = {
  searchKey: "", searchIn: [], online: undefined, roles: [], tags: [], uids: [], viewer: undefined,
  withDeactivated: false, order: "uid", descending: false, after: undefined, offset: 0, limit: 100,
};

export function userStoreContract(open: OpenStores): void {
  describe("UserStore", () => {
    const stores = withStores(open);
    const users = (): UserStore => stores().users;
    const kinds = async () => (await stores().facts()).map(({ headers }) => headers.kind);
    const change = (name: string, who = ALICE) =>
      users().update(ACME, { uid: who, profile: { name }, atMs: 2_000, origin: sessionId("s1") });
    const uids = async (query: Partial<UserQuery>, app = ACME) =>
      (await users().list(app, { ...ALL, ...query })).map((user) => user.uid);

    beforeEach(async () => {
      for (const app of [ACME, OTHER]) await stores().apps.add(anApp(app), []);
      await users().add(ACME, aUser("alice", { name: "Alice Smith", tags: ["vip"], metadataJson: "{}" }), undefined);
    });

    test("a user is stored whole, with its token, and told of", async () => {
      const bob = aUser("bob", { avatar: "a", link: "l", statusMessage: "s", tags: ["x"], metadataJson: "{\"@private\":1}" });
      await stores().facts();
      expect(await users().add(ACME, bob, aToken("bob", 1))).toBe(true);
      expect(await users().get(ACME, BOB)).toEqual(bob);
      expect((await stores().tokens.findByHash(aToken("bob", 1).hash))!.user).toEqual(bob);
      expect(await kinds()).toEqual(["userChanged"]);
    });

    test("a taken uid changes nothing, not even when two come at once", async () => {
      await stores().facts();
      expect(await users().add(ACME, aUser("alice", { name: "Imposter" }), aToken("alice", 1))).toBe(false);
      expect(await stores().tokens.findByHash(aToken("alice", 1).hash)).toBeUndefined();
      expect(await kinds()).toEqual([]);
      const both = await Promise.all([1, 2].map((n) => users().add(ACME, aUser("bob", { name: `${n}` }), undefined)));
      expect(both.toSorted((a, b) => Number(a) - Number(b))).toEqual([false, true]);
    });

    test("a user of another app is not there", async () => {
      expect(await users().get(OTHER, ALICE)).toBeUndefined();
      expect(await users().getMany(OTHER, [ALICE])).toEqual([]);
      expect(await uids({}, OTHER)).toEqual([]);
      expect(await uids({ searchKey: "al" }, OTHER)).toEqual([]);
      expect(await users().deactivate(OTHER, [ALICE], 1)).toMatchObject({ notFound: [ALICE] });
    });

    test("many are found, each once", async () => {
      await users().add(ACME, aUser("bob"), undefined);
      const found = await users().getMany(ACME, [ALICE, BOB, ALICE, uid("nobody")]);
      expect(found.map((user) => user.uid).sort()).toEqual(["alice", "bob"]);
    });

    test("a change answers and stores the user after it, and tells of it", async () => {
      await stores().facts();
      const after = await change("Alice Jones");
      expect(after).toMatchObject({ name: "Alice Jones", tags: ["vip"], updatedAtMs: 2_000, version: 2 });
      expect(await users().get(ACME, ALICE)).toEqual(after);
      expect(await kinds()).toEqual(["userUpdated", "userUpdated", "userChanged"]);
    });

    test("changes at the same time all count", async () => {
      await Promise.all(["A", "B", "C"].map((name) => change(name)));
      expect((await users().get(ACME, ALICE))!.version).toBe(4);
      const ids = (await stores().facts()).map(({ headers }) => headers.id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    test("searches follow names and tags", async () => {
      await change("Jones");
      expect(await uids({ searchKey: "smi" })).toEqual([]);
      expect(await uids({ searchKey: "jon" })).toEqual(["alice"]);
      expect(await uids({ tags: ["vip"] })).toEqual(["alice"]);
      await users().update(ACME, { uid: ALICE, profile: { tags: ["new"] }, atMs: 3_000, origin: undefined });
      expect(await uids({ tags: ["vip"] })).toEqual([]);
      expect(await uids({ tags: ["new", "old"] })).toEqual(["alice"]);
    });

    test("a deactivated user loses its tokens and is not changed any more", async () => {
      await stores().tokens.add(ACME, aToken("alice", 1), { nowMs: 1_000, idleMs: 0, liveMax: 10 });
      await stores().facts();
      expect(await users().deactivate(ACME, [ALICE, ALICE, BOB], 3_000)).toEqual({
        deactivated: [ALICE], alreadyDeactivated: [], notFound: [BOB],
      });
      expect(await kinds()).toEqual(["userChanged", "sessionEnded"]);
      expect(await stores().tokens.findByHash(aToken("alice", 1).hash)).toBeUndefined();
      expect(await change("x")).toBeUndefined();
      expect(await users().deactivate(ACME, [ALICE], 4_000)).toMatchObject({ alreadyDeactivated: [ALICE] });
      expect((await users().get(ACME, ALICE))!.deactivatedAtMs).toBe(3_000);
      expect(await uids({})).toEqual([]);
      expect(await uids({ withDeactivated: true })).toEqual(["alice"]);
    });

    test("the newest status stands", async () => {
      const set = (online: boolean, lastActiveAtMs: number, atMs: number) =>
        users().setStatus(ACME, ALICE, { online, lastActiveAtMs, atMs });
      await set(true, 0, 10);
      await set(false, 5, 5);
      expect(await users().get(ACME, ALICE)).toMatchObject({ online: true, lastActiveAtMs: 0, version: 1 });
      await set(false, 20, 20);
      await users().setStatus(OTHER, ALICE, { online: true, lastActiveAtMs: 0, atMs: 30 });
      expect(await users().get(ACME, ALICE)).toMatchObject({ online: false, lastActiveAtMs: 20 });
    });

    test("a reset sets those offline who were online before, in slices, over all apps, and what comes later stands", async () => {
      const set = (app: typeof ACME, who: Uid, online: boolean, atMs: number) =>
        users().setStatus(app, who, { online, lastActiveAtMs: online ? 0 : atMs, atMs });
      await users().add(ACME, aUser("bob"), undefined);
      await users().add(ACME, aUser("carol"), undefined);
      await users().add(OTHER, aUser("alice"), undefined);
      await set(ACME, BOB, false, 4);
      for (const [who, atMs] of [[ALICE, 10], [BOB, 20], [uid("carol"), 30]] as const) await set(ACME, who, true, atMs);
      await set(OTHER, ALICE, true, 10);
      expect([await users().resetStatuses(30, 2), await users().resetStatuses(30, 2)]).toEqual([2, 1]);
      const seen = async (app: typeof ACME, who: Uid) => {
        const { online, lastActiveAtMs } = (await users().get(app, who))!;
        return [online, lastActiveAtMs];
      };
      expect([await seen(ACME, ALICE), await seen(ACME, BOB), await seen(ACME, uid("carol")), await seen(OTHER, ALICE)])
        .toEqual([[false, 30], [false, 4], [true, 0], [false, 30]]);
      await set(ACME, ALICE, true, 29);
      await users().resetStatuses(5, 2);
      await set(OTHER, ALICE, true, 30);
      expect([await seen(ACME, ALICE), await seen(ACME, uid("carol")), await seen(OTHER, ALICE)]).toEqual([[false, 30], [true, 0], [true, 30]]);
    });

    test("an online of before the reset that comes after it counts as offline", async () => {
      await users().resetStatuses(30, 2);
      await users().setStatus(ACME, ALICE, { online: true, lastActiveAtMs: 0, atMs: 29 });
      expect(await users().get(ACME, ALICE)).toMatchObject({ online: false });
      await users().setStatus(ACME, ALICE, { online: true, lastActiveAtMs: 0, atMs: 30 });
      expect(await users().get(ACME, ALICE)).toMatchObject({ online: true });
    });

    test.each(["status", "name", "uid", "createdAt"] as const)("pages by %s neither repeat nor miss", async (order) => {
      for (let at = 0; at < 9; at += 1) {
        const user = aUser(`u${at}`, { name: `Name ${at % 3}` }, 1_000 + (at % 2));
        await users().add(ACME, user, undefined);
        if (at % 4 === 0) await users().setStatus(ACME, user.uid, { online: true, lastActiveAtMs: 0, atMs: 1 });
      }
      for (const descending of [false, true]) {
        const whole = await uids({ order, descending });
        expect(new Set(whole).size).toBe(10);
        const paged: string[] = [];
        let after: UserQuery["after"];
        for (;;) {
          const [next] = await users().list(ACME, { ...ALL, order, descending, after, limit: 1 });
          if (next === undefined) break;
          paged.push(next.uid);
          after = { ...next, foldedName: next.name.toLowerCase() };
        }
        expect(paged).toEqual(whole);
      }
    });

    test("a count counts what the list would show", async () => {
      await users().add(ACME, aUser("bob"), undefined);
      expect(await users().count(ACME, ALL)).toBe(2);
      expect(await users().count(ACME, { ...ALL, viewer: BOB })).toBe(1);
      expect(await users().count(ACME, { ...ALL, searchKey: "smi" })).toBe(1);
      expect(await users().count(OTHER, ALL)).toBe(0);
    });
  });
}
