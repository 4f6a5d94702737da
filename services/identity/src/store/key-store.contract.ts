import { beforeEach, describe, expect, test } from "vitest";
import { ACME, OTHER, aKey, anApp, withStores, type OpenStores } from "../testing/store-bench.js";
import type { KeyStore } from "./ports.js";

export function keyStoreContract(open: OpenStores): void {
  describe("KeyStore", () => {
    const stores = withStores(open);
    const keys = (): KeyStore => stores().keys;

    beforeEach(async () => {
      await stores().apps.add(anApp("acmechat"), [aKey(1)]);
      await stores().apps.add(anApp("othrchat"), [aKey(2)]);
    });

    test("a hash finds the key and its app", async () => {
      expect(await keys().findByHash(aKey(2).hash)).toEqual({ app: anApp("othrchat"), key: aKey(2) });
      expect(await keys().findByHash(aKey(9).hash)).toBeUndefined();
    });

    test("keys are added up to the limit of the app", async () => {
      expect(await keys().add(ACME, aKey(3, { fullAccess: false }), 2)).toBe(true);
      expect(await keys().add(ACME, aKey(4), 2)).toBe(false);
      expect(await keys().list(ACME)).toEqual([aKey(1), aKey(3, { fullAccess: false })]);
    });

    test("the limit holds for keys added at the same time", async () => {
      const added = await Promise.all([3, 4, 5, 6].map((seed) => keys().add(ACME, aKey(seed), 3)));
      expect(added.filter(Boolean)).toHaveLength(2);
    });

    test("a key is removed by any of its names, once, and by its app only", async () => {
      expect(await keys().remove(ACME, [aKey(2).keyId])).toBe(false);
      expect(await keys().remove(OTHER, [aKey(9).keyId, aKey(2).keyId])).toBe(true);
      expect(await keys().remove(OTHER, [aKey(2).keyId])).toBe(false);
      expect(await keys().findByHash(aKey(2).hash)).toBeUndefined();
    });
  });
}
