import { uid } from "@parlance/platform/ids";
import { Category } from "@parlance/proto/messaging/v1/message";
import { describe, expect, test } from "vitest";
import { directRef, type ConversationId } from "../domain/conversation.js";
import { ALICE, APP, BOB, CAROL, DIRECT, OTHER, OTHER_APP, TEAM, aRow, joined, store, withStores, type OpenStores } from "../testing/store-bench.js";
import type { Mark, SyncPoint, SyncQuery, ViewQuery, ViewStore } from "./ports.js";

const LIST: ViewQuery = { type: undefined, unreadOnly: false, after: undefined, limit: 100 };

/** ViewStore: participants, watermarks, the list, and what changed since a point. */
export function viewStoreContract(open: OpenStores): void {
  describe("ViewStore", () => {
    const stores = withStores(open);
    const views = (): ViewStore => stores().views;
    const raise = (mark: Mark, seq: number, who = BOB, conversation = DIRECT) =>
      views().raise({ conversation, uid: who, mark, seq, atMs: 9_000 });
    const team = (seq: number, who: typeof ALICE, version: number, fields: Parameters<typeof joined>[2] = {}) =>
      store(stores(), aRow(seq, { conversation: TEAM, category: Category.ACTION, type: "groupMember", countable: false, member: joined(who, version, fields) }));

    test("the first row of a pair makes both views, marks at 0", async () => {
      expect(await views().find(DIRECT, ALICE)).toBeUndefined();
      await store(stores(), aRow(1));
      for (const who of [ALICE, BOB]) {
        expect(await views().find(DIRECT, who)).toEqual({
          ref: DIRECT.ref, uid: who, label: "alice_user_bob", scope: 0, deliveredSeq: 0, readSeq: 0, unreadAfterSeq: 0, floorSeq: 0,
          createdAtMs: 1_000, updatedAtMs: 1_000,
        });
      }
      expect(await views().find(DIRECT, CAROL)).toBeUndefined();
      expect(await views().find({ app: OTHER_APP, ref: DIRECT.ref }, ALICE)).toBeUndefined();
    });

    describe("members", () => {
      test("join with a row: marks start just below it, and so does the floor if earlier rows are not theirs to see (9.9)", async () => {
        await team(1, ALICE, 1, { scope: 3 });
        await store(stores(), aRow(2, { conversation: TEAM }));
        await team(3, BOB, 2, { sinceJoin: true });
        await team(4, CAROL, 3);
        expect(await views().find(TEAM, ALICE)).toMatchObject({ scope: 3, readSeq: 0, floorSeq: 0 });
        expect(await views().find(TEAM, BOB)).toMatchObject({ scope: 1, deliveredSeq: 2, readSeq: 2, unreadAfterSeq: 2, floorSeq: 2 });
        expect(await views().find(TEAM, CAROL)).toMatchObject({ readSeq: 3, floorSeq: 0 });
      });

      test("join without a row when the change is silent, which makes the conversation", async () => {
        await views().applyMember(TEAM, "group_team", joined(ALICE, 1, { scope: 3 }));
        expect(await views().find(TEAM, ALICE)).toMatchObject({ scope: 3, label: "group_team", floorSeq: 0, createdAtMs: 500 });
        expect(await views().findWithEnd(TEAM, ALICE)).toMatchObject({ head: 0, unread: 0, last: undefined });
      });

      test("lose their view with everything in it, and start anew when they come back", async () => {
        await team(1, BOB, 1);
        await store(stores(), aRow(2, { conversation: TEAM }));
        await raise("read", 2, BOB, TEAM);
        await team(3, BOB, 2, { scope: 0 });
        expect(await views().find(TEAM, BOB)).toBeUndefined();
        expect(await raise("read", 3, BOB, TEAM)).toBeUndefined();
        await team(4, BOB, 3, { sinceJoin: true });
        expect(await views().find(TEAM, BOB)).toMatchObject({ readSeq: 3, floorSeq: 3 });
      });

      test("get another scope and keep their marks; a change without scope leaves all as it is", async () => {
        await team(1, BOB, 1);
        await raise("read", 1, BOB, TEAM);
        await team(2, BOB, 2, { scope: 2 });
        await team(3, BOB, 3, { scope: undefined });
        expect(await views().find(TEAM, BOB)).toMatchObject({ scope: 2, readSeq: 1 });
      });

      test("are not changed by an older version, whichever way it comes", async () => {
        await views().applyMember(TEAM, "group_team", joined(BOB, 5, { scope: 0 }));
        await views().applyMember(TEAM, "group_team", joined(BOB, 4));
        await team(1, BOB, 3);
        expect(await views().find(TEAM, BOB)).toBeUndefined();
        await views().applyMember(TEAM, "group_team", joined(BOB, 6));
        await views().applyMember(TEAM, "group_team", joined(BOB, 6, { scope: 3 }));
        expect(await views().find(TEAM, BOB)).toMatchObject({ scope: 1 });
      });

      test("of an erased group do not come back", async () => {
        await views().applyMember(TEAM, "group_team", joined(BOB, 1));
        await stores().logs.erase(TEAM, "i1");
        await views().applyMember(TEAM, "group_team", joined(BOB, 2));
        expect(await views().find(TEAM, BOB)).toBeUndefined();
        await views().applyMember(TEAM, "group_team", joined(BOB, 1, { incarnation: "i2" }));
        expect(await views().find(TEAM, BOB)).toBeDefined();
      });
    });

    describe("marks", () => {
      test("only rise, read implies delivered, and above the head counts as the head (I10)", async () => {
        await store(stores(), aRow(1), aRow(2), aRow(3));
        const marks = async () => {
          const { deliveredSeq, readSeq, unreadAfterSeq, updatedAtMs } = (await views().find(DIRECT, BOB))!;
          return [deliveredSeq, readSeq, unreadAfterSeq, updatedAtMs];
        };
        expect(await raise("delivered", 2)).toMatchObject({ before: { deliveredSeq: 0 }, after: { deliveredSeq: 2, readSeq: 0 } });
        await raise("read", 1);
        expect(await marks()).toEqual([2, 1, 1, 9_000]);
        await raise("delivered", 1);
        await raise("read", 0);
        expect(await marks()).toEqual([2, 1, 1, 9_000]);
        await raise("read", 99);
        expect(await marks()).toEqual([3, 3, 3, 9_000]);
      });

      test("of one who is no participant are not there", async () => {
        await store(stores(), aRow(1));
        expect(await raise("read", 1, CAROL)).toBeUndefined();
        expect(await raise("read", 1, BOB, OTHER)).toBeUndefined();
      });
    });

    test("a view with its end shows head, newest message, unread count and the other's marks", async () => {
      const rows = [aRow(1), aRow(2, { sender: BOB }), aRow(3), aRow(4, { category: Category.CUSTOM, countable: false })];
      await store(stores(), ...rows);
      await raise("read", 1);
      expect(await views().findWithEnd(DIRECT, BOB)).toMatchObject({
        head: 4, headId: rows[3]!.id, last: { seq: 3 }, activityAtMs: 3_000, unread: 1, lastReadId: rows[0]!.id, peerReadSeq: 0,
      });
      expect(await views().findWithEnd(DIRECT, ALICE)).toMatchObject({ unread: 1, lastReadId: 0, peerDeliveredSeq: 1, peerReadSeq: 1 });
    });

    test("deleted messages of others do not count as unread", async () => {
      const rows = [aRow(1), aRow(2)];
      const deletion = { change: { messageId: rows[0]!.id, kind: "delete" as const, by: ALICE, edit: undefined }, countable: false };
      await store(stores(), ...rows, aRow(3, { ...deletion, category: Category.ACTION, type: "message" }));
      expect(await views().findWithEnd(DIRECT, BOB)).toMatchObject({ unread: 1, last: { seq: 2 } });
    });

    describe("the list", () => {
      const refs = async (query: Partial<ViewQuery> = {}, who = ALICE) =>
        (await views().list(APP, who, { ...LIST, ...query })).map(({ view }) => view.ref);

      test("has newest activity first, in pages that neither repeat nor miss", async () => {
        const others = ["dave", "erin", "frank"].map((name): ConversationId => ({ app: APP, ref: directRef(ALICE, uid(name)) }));
        for (const conversation of [OTHER, ...others]) await store(stores(), aRow(1, { conversation, sentAtMs: 5_000 }));
        await store(stores(), aRow(1, { sentAtMs: 9_000 }));
        const all = await refs();
        expect(all[0]).toBe(DIRECT.ref);
        expect(all).toHaveLength(5);
        const [first] = (await views().list(APP, ALICE, { ...LIST, limit: 2 })).slice(-1);
        const after = { activityAtMs: first!.activityAtMs, ref: first!.view.ref };
        expect(await refs({ after })).toEqual(all.slice(2));
      });

      test("filters by kind and by unread", async () => {
        await store(stores(), aRow(1));
        await team(1, ALICE, 1);
        await store(stores(), aRow(2, { conversation: TEAM, sender: BOB }));
        expect(await refs({ type: "user" })).toEqual([DIRECT.ref]);
        expect(await refs({ type: "group" })).toEqual([TEAM.ref]);
        expect(await refs({ unreadOnly: true })).toEqual([TEAM.ref]);
      });

      test("leaves out conversations without rows, and orders those without activity by their creation", async () => {
        await views().applyMember(TEAM, "group_team", joined(ALICE, 1));
        await store(stores(), aRow(1, { sentAtMs: 2_000, category: Category.CUSTOM, countable: false }));
        await store(stores(), aRow(1, { conversation: OTHER, sentAtMs: 3_000 }));
        expect(await refs()).toEqual([OTHER.ref, DIRECT.ref]);
      });

      test("is the user's and the app's own", async () => {
        await store(stores(), aRow(1));
        expect(await refs({}, CAROL)).toEqual([]);
        expect(await views().list(OTHER_APP, ALICE, LIST)).toEqual([]);
      });
    });

    describe("changes since a point", () => {
      const changes = (query: Partial<SyncQuery>, who = BOB) =>
        views().changesSince(APP, who, { since: undefined, cursors: [], others: true, rowsMax: 5, conversationsMax: 3, bytesMax: 1_000_000, ...query });
      const point = async (): Promise<SyncPoint> => (await changes({})).point;

      test("are none when nothing happened", async () => {
        await store(stores(), aRow(1));
        const since = await point();
        expect(await changes({ since, cursors: [{ ref: DIRECT.ref, seq: 1 }] })).toEqual({ entries: [], point: since, truncated: false, rest: [] });
      });

      test("are exactly the rows above a cursor, with the view", async () => {
        await store(stores(), aRow(1), aRow(2), aRow(3));
        const { entries } = await changes({ cursors: [{ ref: DIRECT.ref, seq: 1 }] });
        expect(entries).toMatchObject([{ ref: DIRECT.ref, truncated: false, rows: [{ seq: 2 }, { seq: 3 }], view: { head: 3, unread: 3 } }]);
      });

      test("are conversations that are new since the point", async () => {
        await store(stores(), aRow(1));
        const since = await point();
        await store(stores(), aRow(1, { conversation: { app: APP, ref: directRef(BOB, CAROL) }, sender: CAROL }));
        await team(1, BOB, 1);
        const { entries } = await changes({ since, cursors: [{ ref: DIRECT.ref, seq: 1 }] });
        expect(entries.map(({ ref, rows }) => [ref, rows.length])).toEqual(expect.arrayContaining([[directRef(BOB, CAROL), 1], [TEAM.ref, 1]]));
        expect((await changes({ since, others: false })).entries).toEqual([]);
      });

      test("are marks that moved, own and the other's", async () => {
        await store(stores(), aRow(1));
        const since = await point();
        await raise("read", 1);
        for (const who of [ALICE, BOB]) {
          const { entries } = await changes({ since, cursors: [{ ref: DIRECT.ref, seq: 1 }] }, who);
          expect(entries).toMatchObject([{ ref: DIRECT.ref, rows: [], truncated: false }]);
        }
      });

      test("say that a conversation is gone", async () => {
        await team(1, BOB, 1);
        await team(2, BOB, 2, { scope: 0 });
        expect((await changes({ cursors: [{ ref: TEAM.ref, seq: 1 }] })).entries).toEqual([{ ref: TEAM.ref, view: undefined, rows: [], truncated: false, peerMoved: false }]);
      });

      test("leave cursors for later when the answer is full by bytes, and say when one conversation alone is too much", async () => {
        await store(stores(), aRow(1), aRow(2), aRow(3));
        await store(stores(), aRow(1, { conversation: OTHER }), aRow(2, { conversation: OTHER }));
        const size = aRow(1).body.length;
        const cursors = [{ ref: DIRECT.ref, seq: 0 }, { ref: OTHER.ref, seq: 0 }];
        const roomy = await changes({ cursors, bytesMax: 5 * size + 100 }, ALICE);
        expect(roomy).toMatchObject({ entries: [{ rows: { length: 3 } }, { rows: { length: 2 } }], rest: [] });
        const full = await changes({ cursors, bytesMax: 4 * size }, ALICE);
        expect(full).toMatchObject({ entries: [{ ref: DIRECT.ref, rows: { length: 3 }, truncated: false }], rest: [OTHER.ref] });
        const narrow = await changes({ cursors, bytesMax: size }, ALICE);
        expect(narrow.entries).toMatchObject([{ rows: [], truncated: true }, { rows: [], truncated: true }]);
      });

      test("say when a conversation has too many missed rows, or another life than the cursor's", async () => {
        await store(stores(), ...[1, 2, 3, 4, 5, 6].map((seq) => aRow(seq)));
        expect((await changes({ cursors: [{ ref: DIRECT.ref, seq: 1 }] })).entries).toMatchObject([{ truncated: false, rows: { length: 5 } }]);
        expect((await changes({ cursors: [{ ref: DIRECT.ref, seq: 0 }] })).entries).toMatchObject([{ truncated: true, rows: [] }]);
        expect((await changes({ cursors: [{ ref: DIRECT.ref, seq: 7 }] })).entries).toMatchObject([{ truncated: true, rows: [] }]);
      });

      test("say that a cursor of an erased group means nothing in the later one, however long that is", async () => {
        await team(1, BOB, 1);
        const since = await point();
        await stores().logs.erase(TEAM, "i1");
        await team(1, BOB, 1, { incarnation: "i2" });
        await store(stores(), aRow(2, { conversation: TEAM }));
        for (const seq of [1, 2]) {
          expect((await changes({ since, cursors: [{ ref: TEAM.ref, seq }] })).entries).toMatchObject([{ truncated: true, rows: [] }]);
        }
        const later = await point();
        await store(stores(), aRow(3, { conversation: TEAM }));
        expect((await changes({ since: later, cursors: [{ ref: TEAM.ref, seq: 2 }] })).entries).toMatchObject([{ truncated: false, rows: [{ seq: 3 }] }]);
      });

      test("say when too many conversations changed", async () => {
        const since = await point();
        for (const name of ["dave", "erin", "frank", "grace"]) {
          await store(stores(), aRow(1, { conversation: { app: APP, ref: directRef(BOB, uid(name)) }, sender: BOB }));
        }
        const answer = await changes({ since });
        expect(answer.truncated).toBe(true);
        expect(answer.entries).toHaveLength(3);
      });
    });
  });
}
