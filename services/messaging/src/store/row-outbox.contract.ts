import { describe, expect, test } from "vitest";
import { ALICE, DIRECT, OTHER, TEAM, aRow, joined, store, withStores, type OpenStores } from "../testing/store-bench.js";
import type { RowOutbox } from "./ports.js";

/** RowOutbox: what is committed is found until it is marked as published. */
export function rowOutboxContract(open: OpenStores): void {
  describe("RowOutbox", () => {
    const stores = withStores(open);
    const outbox = (): RowOutbox => stores().logs;

    test("rows come in the order of their commits, over all logs, in pages", async () => {
      await store(stores(), aRow(1), aRow(2));
      await store(stores(), aRow(1, { conversation: OTHER }));
      await store(stores(), aRow(3));
      const first = await outbox().unpublished(0, 3);
      expect(first.map(({ conversation, seq }) => [conversation.ref, seq])).toEqual([[DIRECT.ref, 1], [DIRECT.ref, 2], [OTHER.ref, 1]]);
      const rest = await outbox().unpublished(first.at(-1)!.position, 3);
      expect(rest.map(({ seq }) => seq)).toEqual([3]);
      expect(await outbox().unpublished(rest[0]!.position, 3)).toEqual([]);
    });

    test("a row has all that its events need", async () => {
      await store(stores(), aRow(1, { conversation: TEAM, member: joined(ALICE, 1) }));
      expect(await outbox().unpublished(0, 3)).toMatchObject([{ conversation: TEAM, label: "group_team", kind: "message", memberUid: ALICE, sentAtMs: 1_000 }]);
    });

    test("the published position only rises", async () => {
      expect(await outbox().publishedThrough()).toBe(0);
      await outbox().markPublished(5);
      await outbox().markPublished(3);
      expect(await outbox().publishedThrough()).toBe(5);
    });
  });
}
