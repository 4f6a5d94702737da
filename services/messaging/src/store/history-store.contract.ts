import { beforeEach, describe, expect, test } from "vitest";
import { Category } from "@parlance/proto/messaging/v1/message";
import { ALICE, APP, BOB, CAROL, DIRECT, OTHER, OTHER_APP, TEAM, aRow, joined, store, withStores, type OpenStores } from "../testing/store-bench.js";
import type { HistoryQuery, HistoryStore } from "./ports.js";

const QUERY: HistoryQuery = {
  direction: "previous", messageId: undefined, atMs: undefined, limit: 100, floorSeq: 0, aboveSeq: 0, hideDeleted: false,
  categories: [], types: [], countableOnly: false, notBy: undefined,
};

/** HistoryStore: reads of rows. */
export function historyStoreContract(open: OpenStores): void {
  describe("HistoryStore", () => {
    const stores = withStores(open);
    const history = (): HistoryStore => stores().history;
    const ids: number[] = [];
    const page = async (query: Partial<HistoryQuery>, conversation = DIRECT) =>
      (await history().page(conversation, { ...QUERY, ...query })).rows.map(({ seq }) => seq);

    beforeEach(async () => {
      // 1 text, 2 of bob, 3 uncountable custom, 4 void, 5 deleted by 6.
      const rows = [
        aRow(1), aRow(2, { sender: BOB }), aRow(3, { category: Category.CUSTOM, type: "location", countable: false }),
        aRow(4, { kind: "void", countable: false }), aRow(5),
      ];
      const deletion = aRow(6, {
        category: Category.ACTION, type: "message", countable: false,
        change: { messageId: rows[4]!.id, kind: "delete", by: ALICE, edit: undefined },
      });
      ids.splice(0, ids.length, ...[...rows, deletion].map(({ id }) => id));
      await store(stores(), ...rows, deletion);
    });

    test("rows after a seq are dense and ascending, in pages, with the head", async () => {
      const { rows, head } = await history().rowsAfter(DIRECT, 1, 1_000, 3);
      expect([rows.map(({ seq }) => seq), head]).toEqual([[2, 3, 4], 6]);
      expect(rows.map(({ kind }) => kind)).toEqual(["message", "message", "void"]);
      expect((await history().rowsAfter(DIRECT, 1, 3, 100)).rows.map(({ seq }) => seq)).toEqual([2, 3]);
      expect((await history().rowsAfter(DIRECT, 6, 1_000, 100))).toEqual({ rows: [], head: 6, cut: false });
      expect(await history().rowsAfter(OTHER, 0, 1_000, 100)).toEqual({ rows: [], head: 0, cut: false });
    });

    test("a page goes back from the newest message, or from one, and runs oldest to newest", async () => {
      expect(await page({})).toEqual([1, 2, 3, 5, 6]);
      expect(await page({ limit: 2 })).toEqual([5, 6]);
      expect(await page({ limit: 2, messageId: ids[4]! })).toEqual([2, 3]);
      expect(await page({ atMs: 3_000 })).toEqual([1, 2]);
    });

    test("a page goes on from a message, a time, or the beginning", async () => {
      expect(await page({ direction: "next", limit: 2 })).toEqual([1, 2]);
      expect(await page({ direction: "next", limit: 2, messageId: ids[1]! })).toEqual([3, 5]);
      expect(await page({ direction: "next", atMs: 3_000 })).toEqual([5, 6]);
    });

    test("filters leave out what is not asked for", async () => {
      expect(await page({ hideDeleted: true })).toEqual([1, 2, 3, 6]);
      expect(await page({ floorSeq: 2 })).toEqual([3, 5, 6]);
      expect(await page({ countableOnly: true, aboveSeq: 1, notBy: ALICE })).toEqual([2]);
      expect(await page({ categories: [Category.CUSTOM, Category.ACTION] })).toEqual([3, 6]);
      expect(await page({ types: ["location"] })).toEqual([3]);
    });

    test("a page over all conversations of a user is ordered by id", async () => {
      const other = [aRow(1, { conversation: OTHER }), aRow(2, { conversation: OTHER })];
      await store(stores(), ...other);
      await store(stores(), aRow(1, { conversation: TEAM, member: joined(BOB, 1) }));
      const of = async (who: typeof ALICE, query: Partial<HistoryQuery>) =>
        (await history().pageOfUser(APP, who, { ...QUERY, ...query })).map(({ id }) => id);
      expect(await of(ALICE, { limit: 3 })).toEqual([ids[5], ...other.map(({ id }) => id)]);
      expect(await of(ALICE, { direction: "next", limit: 2 })).toEqual([ids[0], ids[1]]);
      expect(await of(CAROL, {})).toEqual(other.map(({ id }) => id));
      expect(await history().pageOfUser(OTHER_APP, ALICE, QUERY)).toEqual([]);
    });

    test("a message is found by its id within its app", async () => {
      expect(await history().byId(APP, ids[1]!)).toMatchObject({ seq: 2, sender: BOB, conversation: DIRECT });
      expect(await history().byId(OTHER_APP, ids[1]!)).toBeUndefined();
      expect(await history().byId(APP, 1)).toBeUndefined();
    });

    test("the first change of a kind is found", async () => {
      expect(await history().changeOf(APP, ids[4]!, "delete")).toMatchObject({ seq: 6 });
      expect(await history().changeOf(APP, ids[4]!, "edit")).toBeUndefined();
      expect(await history().changeOf(OTHER_APP, ids[4]!, "delete")).toBeUndefined();
    });

    test("authors of a stretch are told once, without one of them and without actions", async () => {
      expect(await history().authorsBetween(DIRECT, 0, 6, CAROL, 10)).toEqual(expect.arrayContaining([ALICE, BOB]));
      expect(await history().authorsBetween(DIRECT, 0, 6, ALICE, 10)).toEqual([BOB]);
      expect(await history().authorsBetween(DIRECT, 2, 6, ALICE, 10)).toEqual([]);
      expect(await history().authorsBetween(DIRECT, 5, 6, CAROL, 10)).toEqual([]);
      expect(await history().authorsBetween(DIRECT, 0, 6, CAROL, 1)).toHaveLength(1);
    });
  });
}
