import { Event } from "@parlance/proto/event/v1/event";
import { beforeEach, describe, expect, test } from "vitest";
import { ACME, ALICE, BOB, OTHER, aToken, aUser, anApp, withStores, type OpenStores } from "../testing/store-bench.js";
import type { TokenStore } from "./ports.js";
import type { TokenRecord } from "../domain/token.js";

const RULES = { nowMs: 10_000, idleMs: 0, liveMax: 3 };
const REMOVAL = { uid: ALICE, closeCode: 4202, atMs: 20_000 };

export function tokenStoreContract(open: OpenStores): void {
  describe("TokenStore", () => {
    const stores = withStores(open);
    const tokens = (): TokenStore => stores().tokens;
    const add = (token: TokenRecord, rules = RULES, app = ACME) => tokens().add(app, token, rules);
    const list = async (nowMs = 10_000, who = ALICE) =>
      (await tokens().list(ACME, { uid: who, nowMs, idleMs: 0, offset: 0, limit: 10 })).tokens;
    const ended = async () => (await stores().facts()).flatMap(({ value }) => {
      const { body } = Event.decode(value);
      return body?.$case === "sessionEnded" ? [body.value] : [];
    });

    beforeEach(async () => {
      for (const app of [ACME, OTHER]) await stores().apps.add(anApp(app), []);
      for (const who of ["alice", "bob"]) await stores().users.add(ACME, aUser(who), undefined);
      await stores().facts();
    });

    test("a token is found by its hash, with its user and app", async () => {
      const token = aToken("alice", 1, { deviceId: "d", platform: "p", appInfoJson: "{}", userAgent: "u", expiresAtMs: 5 });
      expect(await add(token)).toBe(true);
      expect(await tokens().findByHash(token.hash)).toEqual({ app: anApp("acmechat"), user: aUser("alice"), token });
      expect(await tokens().findByHash(aToken("alice", 2).hash)).toBeUndefined();
    });

    test("only active users of the app get tokens", async () => {
      expect(await add(aToken("nobody", 1))).toBe(false);
      expect(await add(aToken("alice", 1), RULES, OTHER)).toBe(false);
      await stores().users.deactivate(ACME, [ALICE], 1);
      expect(await add(aToken("alice", 1))).toBe(false);
    });

    test("one too many removes the one unused for longest", async () => {
      for (const seed of [1, 2, 3]) await add(aToken("alice", seed));
      await tokens().touch(ACME, [{ tokenId: aToken("alice", 1).tokenId, atMs: 9_000 }]);
      await add(aToken("alice", 4));
      expect((await list()).map(({ hash }) => hash)).toEqual([4, 3, 1].map((seed) => aToken("alice", seed).hash));
      expect(await ended()).toEqual([{ uid: "alice", tokenIds: [aToken("alice", 2).tokenId], closeCode: 4202 }]);
    });

    test("the limit holds for tokens made at the same time, and for each user", async () => {
      await add(aToken("bob", 99));
      await Promise.all([1, 2, 3, 4, 5].map((seed) => add(aToken("alice", seed))));
      expect(await list()).toHaveLength(3);
      expect(await list(10_000, BOB)).toHaveLength(1);
    });

    test("expired tokens neither count nor show, and are gone a month later", async () => {
      const old = aToken("alice", 1, { expiresAtMs: 5_000 });
      await add(old, { ...RULES, nowMs: 1_000 });
      for (const seed of [2, 3, 4]) await add(aToken("alice", seed));
      expect(await list()).toHaveLength(3);
      expect(await tokens().findByHash(old.hash)).toBeDefined();
      await add(aToken("alice", 5), { ...RULES, nowMs: 5_001 + 30 * 86_400_000 });
      expect(await tokens().findByHash(old.hash)).toBeUndefined();
    });

    test("a page is a part, the total is all", async () => {
      for (const seed of [1, 2, 3]) await add(aToken("alice", seed));
      const page = await tokens().list(ACME, { uid: ALICE, nowMs: 1, idleMs: 0, offset: 1, limit: 1 });
      expect(page).toEqual({ tokens: [aToken("alice", 2)], total: 3 });
    });

    test("a token is removed once, by its user and app only", async () => {
      const { tokenId: id } = aToken("alice", 1);
      await add(aToken("alice", 1));
      expect(await tokens().remove(OTHER, { ...REMOVAL, ids: [id] })).toBe("unknown");
      expect(await tokens().remove(ACME, { ...REMOVAL, uid: BOB, ids: [id] })).toBe("foreign");
      expect(await ended()).toEqual([]);
      expect(await tokens().remove(ACME, { ...REMOVAL, ids: [id] })).toBe("removed");
      expect(await ended()).toEqual([{ uid: "alice", tokenIds: [id], closeCode: 4202 }]);
      expect(await tokens().remove(ACME, { ...REMOVAL, ids: [id] })).toBe("unknown");
    });

    test("all of a user are removed with one fact that names them", async () => {
      for (const seed of [1, 2]) await add(aToken("alice", seed));
      await add(aToken("bob", 3));
      await tokens().removeAll(ACME, ALICE, 20_000);
      const [fact, ...more] = await ended();
      expect(more).toEqual([]);
      expect([...fact!.tokenIds].sort()).toEqual([1, 2].map((seed) => aToken("alice", seed).tokenId).sort());
      expect(await list()).toEqual([]);
      expect(await list(10_000, BOB)).toHaveLength(1);
      await tokens().removeAll(ACME, ALICE, 30_000);
      expect(await ended()).toEqual([]);
    });

    test("the last use only grows, and of unknown tokens there is none", async () => {
      const { tokenId: id } = aToken("alice", 1);
      await add(aToken("alice", 1));
      await tokens().touch(ACME, [{ tokenId: id, atMs: 9_000 }, { tokenId: aToken("bob", 7).tokenId, atMs: 9_000 }]);
      await tokens().touch(ACME, [{ tokenId: id, atMs: 8_000 }]);
      await tokens().touch(OTHER, [{ tokenId: id, atMs: 99_000 }]);
      expect((await list())[0]!.lastUsedAtMs).toBe(9_000);
    });

    test("expiry is told once, up to the limit, oldest first", async () => {
      for (const [seed, expiresAtMs] of [[1, 12_000], [2, 11_000], [3, 99_000]] as const) {
        await add(aToken("alice", seed, { expiresAtMs }));
      }
      expect(await tokens().endExpired(12_000, 1)).toBe(1);
      expect(await ended()).toEqual([{ uid: "alice", tokenIds: [aToken("alice", 2).tokenId], closeCode: 4201 }]);
      expect(await tokens().endExpired(12_000, 10)).toBe(1);
      expect(await tokens().endExpired(12_000, 10)).toBe(0);
    });
  });
}
