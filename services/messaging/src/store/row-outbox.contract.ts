import { describe, expect, test } from "vitest";
import { ALICE, APP, DIRECT, OTHER, TEAM, aRow, joined, store, withStores, type OpenStores } from "../testing/store-bench.js";
import type { NewRow, PlacedRow, Publication, StoredRow } from "./ports.js";

/** RowOutbox: what is committed is found until it is published, also by those who come later. */
export function rowOutboxContract(open: OpenStores): void {
  describe("RowOutbox", () => {
    const stores = withStores(open);
    const publication = (): Promise<Publication> => stores().logs.publication();
    const names = (rows: readonly StoredRow[]) => rows.map(({ conversation, seq }) => `${conversation.ref} ${seq}`);
    const direct = (...seqs: number[]) => seqs.map((seq) => `${DIRECT.ref} ${seq}`);

    /** Stores rows and answers them as the writer offers them. */
    async function committed(...rows: readonly NewRow[]): Promise<readonly PlacedRow[]> {
      const outcomes = await store(stores(), ...rows);
      return rows.map(({ conversation, seq }, i) => {
        const outcome = outcomes[i]!;
        return { conversation, seq, position: outcome.kind === "committed" ? outcome.position : -1 };
      });
    }

    test("rows of each log come in its order, in pages, until they are published", async () => {
      await committed(aRow(1), aRow(2));
      await committed(aRow(1, { conversation: OTHER }));
      await committed(aRow(3));
      const relay = await publication();
      await relay.sweep();
      const found: string[] = [];
      for (let pages = 0; pages < 9; pages += 1) {
        const page = await relay.unpublished(3);
        relay.published(page);
        found.push(...names(page));
        if (page.length < 3) break;
      }
      expect(found.filter((name) => name.startsWith(`${DIRECT.ref} `))).toEqual(direct(1, 2, 3));
      expect(found).toHaveLength(4);
      expect(await relay.unpublished(3)).toEqual([]);
    });

    test("a row has all that its events need", async () => {
      await committed(aRow(1, { conversation: TEAM, member: joined(ALICE, 1) }));
      const relay = await publication();
      await relay.sweep();
      expect(await relay.unpublished(3)).toMatchObject([{ conversation: TEAM, label: "group_team", kind: "message", memberUid: ALICE, sentAtMs: 1_000 }]);
    });

    test("rows that come next in their logs are known to, and need no read", async () => {
      const relay = await publication();
      const first = await committed(aRow(1), aRow(2));
      expect(relay.follows(first)).toBe(true);
      relay.published(first);
      const second = await committed(aRow(3));
      expect(relay.follows(second)).toBe(true);
      relay.published(second);
      expect(await relay.unpublished(3)).toEqual([]);
    });

    test("rows before which others are missing are known to, and come with them", async () => {
      const relay = await publication();
      await committed(aRow(1));
      const late = await committed(aRow(2));
      expect(relay.follows(late)).toBe(false);
      const rows = await relay.unpublished(3);
      expect(names(rows)).toEqual(direct(1, 2));
      relay.published(rows);
      expect(relay.follows(await committed(aRow(3)))).toBe(true);
    });

    test("what is stored as published is not found by a later relay; what is not stored is", async () => {
      const relay = await publication();
      relay.published(await committed(aRow(1)));
      await relay.flush();
      await committed(aRow(2));
      await relay.close();
      const later = await publication();
      await later.sweep();
      expect(names(await later.unpublished(3)).filter((name) => name !== direct(1)[0])).toEqual(direct(2));
    });

    test("an erased log leaves nothing to publish, and the next life of its ref starts at its first row", async () => {
      const relay = await publication();
      await committed(aRow(1, { conversation: TEAM, member: joined(ALICE, 1) }), aRow(2, { conversation: TEAM }));
      await stores().logs.erase(TEAM, "i1");
      expect(await relay.unpublished(9)).toEqual([]);
      await committed(aRow(1, { conversation: TEAM, member: joined(ALICE, 1, { incarnation: "i2" }) }));
      await committed(aRow(1, { conversation: { ...DIRECT, app: APP } }));
      expect((await relay.unpublished(9)).map(({ seq }) => seq)).toEqual([1, 1]);
    });
  });
}
