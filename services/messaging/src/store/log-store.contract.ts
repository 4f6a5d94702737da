import { uid } from "@parlance/platform/ids";
import { Message } from "@parlance/proto/messaging/v1/message";
import { describe, expect, test } from "vitest";
import { directRef, type ConversationId } from "../domain/conversation.js";
import { ALICE, APP, BOB, DIRECT, OTHER, OTHER_APP, TEAM, aRow, joined, kindsOf, store, textIn, withStores, type OpenStores } from "../testing/store-bench.js";
import type { LogEnd, LogStore } from "./ports.js";

const edit = (messageId: number, text: string) => ({
  change: { messageId, kind: "edit" as const, by: ALICE, edit: { body: { $case: "text" as const, value: { text } }, metadataJson: undefined, tags: undefined } },
});
const deletion = (messageId: number) => ({ change: { messageId, kind: "delete" as const, by: ALICE, edit: undefined } });

/** LogStore: fence, idempotency key, order, changes, erasing. */
export function logStoreContract(open: OpenStores): void {
  describe("LogStore", () => {
    const stores = withStores(open);
    const end = async (conversation: ConversationId, logs: LogStore = stores().logs): Promise<LogEnd> => (await logs.ends([conversation]))[0]!;
    const seqs = async (conversation = DIRECT) => {
      const { rows, head } = await stores().history.rowsAfter(conversation, 0, 1_000, 1_000);
      expect(head).toBe(rows.at(-1)?.seq ?? 0);
      return rows.map(({ seq }) => seq);
    };

    test("proves that fence and idempotency key are enforced, and leaves nothing behind (W4)", async () => {
      await stores().logs.probe();
      await stores().logs.probe();
      expect(await (await stores().logs.publication()).unpublished(10)).toEqual([]);
    });

    test("an unknown log ends at 0, with the label it will get", async () => {
      expect(await end(DIRECT)).toEqual({ handle: 0, label: "alice_user_bob", seq: 0, id: 0, countableNo: 0, sentAtMs: 0, holes: [] });
    });

    test("the end is that of the highest row", async () => {
      const rows = [aRow(1), aRow(2, { countable: false, countableNo: 1 })];
      expect(kindsOf(await store(stores(), ...rows))).toEqual(["committed", "committed"]);
      expect(await end(DIRECT)).toMatchObject({ seq: 2, id: rows[1]!.id, countableNo: 1, sentAtMs: 2_000 });
      expect((await end(DIRECT)).handle).toBeGreaterThan(0);
      expect((await stores().logs.ends([OTHER, DIRECT])).map(({ seq }) => seq)).toEqual([0, 2]);
    });

    test("numbers below the end at which no row stands are told, with what the row below them says (W15)", async () => {
      await store(stores(), aRow(1), aRow(2));
      expect((await end(DIRECT)).holes).toEqual([]);
      await store(stores(), aRow(5));
      expect((await end(DIRECT)).holes).toEqual([3, 4].map((seq) => ({ seq, countableNo: 2, sentAtMs: 2_000 })));
    });

    test("a seq is never given twice: the second row is fenced, and those behind it are skipped", async () => {
      await store(stores(), aRow(1), aRow(2));
      expect(kindsOf(await store(stores(), aRow(2), aRow(3), aRow(4)))).toEqual(["fence", "skipped", "skipped"]);
      expect(await seqs()).toEqual([1, 2]);
    });

    test("a refused log does not hold up another one of the same call", async () => {
      await store(stores(), aRow(1));
      const outcomes = await stores().logs.append([aRow(1), aRow(1, { conversation: OTHER }), aRow(2), aRow(2, { conversation: OTHER })]);
      expect(kindsOf(outcomes)).toEqual(["fence", "committed", "skipped", "committed"]);
    });

    test("a row that would leave a hole in a new log is fenced", async () => {
      expect(kindsOf(await stores().logs.append([aRow(2)]))).toEqual(["fence"]);
      expect(await seqs()).toEqual([]);
    });

    test("rows submitted again are committed where they stand, however often (W12)", async () => {
      const rows = [aRow(1, { muid: "m1" }), aRow(2), aRow(3)];
      const first = await stores().logs.append(rows);
      expect(await stores().logs.append(rows)).toEqual(first);
      expect(await stores().logs.append(rows)).toEqual(first);
      expect(await seqs()).toEqual([1, 2, 3]);
    });

    test("a first part that was committed is recognised, and the rest is added", async () => {
      const rows = [aRow(1), aRow(2), aRow(3)];
      await stores().logs.append(rows.slice(0, 1));
      expect(kindsOf(await stores().logs.append(rows))).toEqual(["committed", "committed", "committed"]);
      expect(await seqs()).toEqual([1, 2, 3]);
    });

    test("a known muid answers the first row; its number stays free and the rest is skipped (I2)", async () => {
      const first = aRow(1, { muid: "m1", text: "hello" });
      await store(stores(), first);
      const outcomes = await store(stores(), aRow(2, { muid: "m1", text: "other" }), aRow(3));
      expect(kindsOf(outcomes)).toEqual(["duplicate", "skipped"]);
      expect(outcomes[0]).toMatchObject({ existing: { seq: 1, id: first.id, fingerprint: "hello", muid: "m1", sender: ALICE } });
      expect(kindsOf(await store(stores(), aRow(2)))).toEqual(["committed"]);
    });

    test("a muid is the sender's own, and the conversation's own", async () => {
      await store(stores(), aRow(1, { muid: "m1" }));
      expect(kindsOf(await store(stores(), aRow(2, { muid: "m1", sender: BOB })))).toEqual(["committed"]);
      expect(kindsOf(await store(stores(), aRow(1, { muid: "m1", conversation: OTHER })))).toEqual(["committed"]);
    });

    test("without muid every row is new", async () => {
      expect(kindsOf(await store(stores(), aRow(1), aRow(2)))).toEqual(["committed", "committed"]);
    });

    test("a taken id is told, and the row behind it is skipped", async () => {
      const taken = aRow(1, { conversation: OTHER });
      await store(stores(), taken);
      expect(kindsOf(await store(stores(), aRow(1, { id: taken.id }), aRow(2)))).toEqual(["idTaken", "skipped"]);
      expect(await seqs()).toEqual([]);
      expect(kindsOf(await store(stores(), aRow(1), aRow(2)))).toEqual(["committed", "committed"]);
    });

    test("a muid is found with its row", async () => {
      await store(stores(), aRow(1, { muid: "m1", text: "hello" }));
      expect(await stores().logs.findByMuid(DIRECT, ALICE, "m1")).toMatchObject({ seq: 1, fingerprint: "hello" });
      expect(await stores().logs.findByMuid(DIRECT, BOB, "m1")).toBeUndefined();
      expect(await stores().logs.findByMuid(OTHER, ALICE, "m1")).toBeUndefined();
    });

    test("a change is stored and applied in the same write, and answers the changed message", async () => {
      const message = aRow(1);
      await store(stores(), message);
      const [edited] = await store(stores(), aRow(2, edit(message.id, "better")));
      expect(edited).toMatchObject({ kind: "committed" });
      expect(textIn(edited!.kind === "committed" ? edited!.target : undefined)).toBe("better");
      const row = (await stores().history.byId(APP, message.id))!;
      expect(Message.decode(row.body)).toMatchObject({ changeSeq: 2, editedBy: "alice", editedAtMs: 2_000 });
      expect(textIn((await stores().history.rowsAfter(DIRECT, 1, 2, 1)).rows[0]!.target)).toBe("better");
    });

    test("a change submitted again is committed, also a deletion, and changes nothing", async () => {
      const message = aRow(1);
      const [changed, deleted] = [aRow(2, edit(message.id, "better")), aRow(3, deletion(message.id))];
      await store(stores(), message, changed, deleted);
      expect(kindsOf(await store(stores(), changed, deleted))).toEqual(["committed", "committed"]);
      expect(Message.decode((await stores().history.byId(APP, message.id))!.body)).toMatchObject({ changeSeq: 3, deletedBy: "alice", body: undefined });
    });

    test("a husk is not changed any more: refused, the number stays free", async () => {
      const message = aRow(1);
      await store(stores(), message, aRow(2, deletion(message.id)));
      expect(kindsOf(await store(stores(), aRow(3, edit(message.id, "late")), aRow(4)))).toEqual(["refused", "skipped"]);
      expect(kindsOf(await store(stores(), aRow(3, deletion(message.id))))).toEqual(["refused"]);
      expect(kindsOf(await store(stores(), aRow(3, edit(999, "nothing there"))))).toEqual(["refused"]);
      expect(await seqs()).toEqual([1, 2]);
    });

    test("labels that would be the same text are told apart", async () => {
      const one = { app: APP, ref: directRef(uid("a"), uid("b_user_c")) };
      const other = { app: APP, ref: directRef(uid("a_user_b"), uid("c")) };
      const outcomes = await stores().logs.append([aRow(1, { conversation: one }), aRow(1, { conversation: other })]);
      // Whichever was made first has the plain label; the other is told to look again.
      expect(kindsOf(outcomes).toSorted()).toEqual(["committed", "fence"]);
      const [first, second] = outcomes[0]!.kind === "committed" ? [one, other] : [other, one];
      const { label } = await end(second);
      expect(label).toMatch(/^a_user_b_user_c-[0-9a-f]{8}$/);
      expect(kindsOf(await store(stores(), aRow(1, { conversation: second })))).toEqual(["committed"]);
      expect((await end(first)).label).toBe("a_user_b_user_c");
      expect((await end(second)).label).toBe(label);
    });

    test("apps have nothing in common", async () => {
      const elsewhere = { app: OTHER_APP, ref: DIRECT.ref };
      await store(stores(), aRow(1, { muid: "m1" }));
      expect(kindsOf(await store(stores(), aRow(1, { muid: "m1", conversation: elsewhere })))).toEqual(["committed"]);
      expect(await seqs(elsewhere)).toEqual([1]);
    });

    describe("when a group is erased", () => {
      const member = (seq: number, incarnation: string, version = seq) =>
        aRow(seq, { conversation: TEAM, member: joined(ALICE, version, { incarnation }) });

      test("its rows, views and keys are gone, and its ref is free for a later group", async () => {
        await store(stores(), member(1, "i1"), aRow(2, { conversation: TEAM, muid: "m1" }));
        await stores().logs.erase(TEAM, "i1");
        expect(await seqs(TEAM)).toEqual([]);
        expect(await stores().views.find(TEAM, ALICE)).toBeUndefined();
        expect(await stores().logs.findByMuid(TEAM, ALICE, "m1")).toBeUndefined();
        expect(await end(TEAM)).toMatchObject({ handle: 0, seq: 0 });
        expect(kindsOf(await store(stores(), member(1, "i2"), aRow(2, { conversation: TEAM, muid: "m1" })))).toEqual(["committed", "committed"]);
      });

      test("a writer that still knows the old log is fenced", async () => {
        await store(stores(), member(1, "i1"));
        const { handle } = await end(TEAM);
        await stores().logs.erase(TEAM, "i1");
        expect(kindsOf(await stores().logs.append([aRow(2, { conversation: TEAM, handle })]))).toEqual(["fence"]);
        await store(stores(), member(1, "i2"));
        expect(kindsOf(await stores().logs.append([aRow(2, { conversation: TEAM, handle })]))).toEqual(["fence"]);
      });

      test("a message that was under way does not bring it back", async () => {
        await store(stores(), member(1, "i1"));
        await stores().logs.erase(TEAM, "i1");
        expect(kindsOf(await store(stores(), aRow(1, { conversation: TEAM })))).toEqual(["refused"]);
      });

      test("its late membership rows are refused, also in the later group", async () => {
        await store(stores(), member(1, "i1"));
        await stores().logs.erase(TEAM, "i1");
        expect(kindsOf(await store(stores(), member(1, "i1")))).toEqual(["refused"]);
        await store(stores(), member(1, "i2"));
        expect(kindsOf(await store(stores(), member(2, "i1", 9), aRow(3, { conversation: TEAM })))).toEqual(["refused", "skipped"]);
      });

      test("erasing it late does not touch the later group", async () => {
        await store(stores(), member(1, "i1"));
        await store(stores(), member(1, "i2"));
        // The row of the later group ended the earlier one, and then found another log than it was numbered for.
        await store(stores(), member(1, "i2"));
        await stores().logs.erase(TEAM, "i1");
        await stores().logs.erase(TEAM, "i1");
        expect(await seqs(TEAM)).toEqual([1]);
        expect(await stores().views.find(TEAM, ALICE)).toBeDefined();
      });
    });
  });
}
