import { Category, Message } from "@parlance/proto/messaging/v1/message";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyChange, huskOf, type Change } from "./change.js";

const message = Message.fromPartial({
  id: 7, seq: 1, muid: "m1", category: Category.MESSAGE, type: "text", countable: true, countableNo: 1, metadataJson: "{}", tags: ["x"],
  sender: { id: "alice" }, body: { $case: "text", value: { text: "hello" } },
});
const edit = (text: string): Change => ({
  messageId: 7, kind: "edit", by: "alice", edit: { body: { $case: "text", value: { text } }, metadataJson: undefined, tags: undefined },
});
const deletion: Change = { messageId: 7, kind: "delete", by: "bob", edit: undefined };
const at = (seq: number) => ({ seq, sentAtMs: seq * 1_000 });

test("an edit changes what it names and keeps the rest", () => {
  expect(applyChange(message, edit("better"), at(2))).toEqual({
    ...message, changeSeq: 2, updatedAtMs: 2_000, editedAtMs: 2_000, editedBy: "alice", body: { $case: "text", value: { text: "better" } },
  });
  const tagged = applyChange(message, { ...edit(""), edit: { body: undefined, metadataJson: "{\"a\":1}", tags: [] } }, at(2));
  expect(tagged).toMatchObject({ metadataJson: "{\"a\":1}", tags: [], body: message.body });
});

test("a husk keeps identity and times, and no content (18.4)", () => {
  const husk = applyChange(message, deletion, at(2))!;
  expect(husk).toMatchObject({ id: 7, seq: 1, muid: "m1", changeSeq: 2, deletedAtMs: 2_000, deletedBy: "bob", countable: true, countableNo: 1 });
  expect([husk.body, husk.metadataJson, husk.tags]).toEqual([undefined, "", []]);
  expect(huskOf(husk, "bob", 2_000)).toEqual(husk);
});

test("a husk is not changed any more", () => {
  const husk = applyChange(message, deletion, at(2))!;
  expect(applyChange(husk, edit("late"), at(3))).toBeUndefined();
  expect(applyChange(husk, deletion, at(3))).toBeUndefined();
});

describe("the fold of changes (I12, W18)", () => {
  const changes = fc.array(fc.oneof({ weight: 4, arbitrary: fc.string().map(edit) }, { weight: 1, arbitrary: fc.constant(deletion) }), { maxLength: 8 });
  const fold = (from: Message, of: readonly (readonly [Change, number])[]) =>
    of.reduce((state, [change, seq]) => applyChange(state, change, at(seq)) ?? state, from);

  test("is the same when changes are applied again", () => {
    fc.assert(fc.property(changes, fc.nat(), (of, again) => {
      const rows = of.map((change, i) => [change, i + 2] as const);
      const once = fold(message, rows);
      expect(fold(once, rows.slice(again % (rows.length + 1)))).toEqual(once);
      expect(once.changeSeq).toBe(once.deletedAtMs > 0 ? once.deletedAtMs / 1_000 : of.length === 0 ? 0 : of.length + 1);
    }));
  });
});
