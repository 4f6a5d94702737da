import { appId } from "@parlance/platform/ids";
import { describe, expect, test } from "vitest";
import { ACME, OTHER, aKey, anApp, withStores, type OpenStores } from "../testing/store-bench.js";
import type { AppStore } from "./ports.js";

export function appStoreContract(open: OpenStores): void {
  describe("AppStore", () => {
    const stores = withStores(open);
    const apps = (): AppStore => stores().apps;

    test("an app is stored with its keys, all of it", async () => {
      const app = anApp("acmechat", { production: true, suspended: true, region: "eu", updatedAtMs: 5, name: "Acmé" });
      expect(await apps().add(app, [aKey(1), aKey(2)])).toBe(true);
      expect(await apps().get(ACME)).toEqual(app);
      expect(await stores().keys.list(ACME)).toEqual([aKey(1), aKey(2)]);
    });

    test("a taken id changes nothing", async () => {
      await apps().add(anApp("acmechat"), [aKey(1)]);
      expect(await apps().add(anApp("acmechat", { name: "Imposter" }), [aKey(2)])).toBe(false);
      expect((await apps().get(ACME))!.name).toBe("acmechat");
      expect(await stores().keys.list(ACME)).toHaveLength(1);
      expect(await stores().keys.findByHash(aKey(2).hash)).toBeUndefined();
    });

    test("an app that is not there is nothing", async () => {
      expect(await apps().get(OTHER)).toBeUndefined();
    });

    test("apps come by creation, then id, from a position", async () => {
      for (const [id, createdAtMs] of [["bbbbbb", 2], ["cccccc", 1], ["aaaaaa", 2]] as const) {
        await apps().add(anApp(id, { createdAtMs }), []);
      }
      const ids = async (after: { createdAtMs: number; appId: typeof ACME } | undefined, limit = 10) =>
        (await apps().list({ searchKey: "", after, limit })).map((app) => app.appId);
      expect(await ids(undefined)).toEqual(["cccccc", "aaaaaa", "bbbbbb"]);
      expect(await ids(undefined, 1)).toEqual(["cccccc"]);
      expect(await ids({ createdAtMs: 2, appId: appId("aaaaaa") })).toEqual(["bbbbbb"]);
    });
  });
}
