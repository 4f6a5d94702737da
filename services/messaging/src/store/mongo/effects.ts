// What a row does besides standing in its log (reliability.md W18): a change to an earlier message, a membership. Both are
// carried out after the row is committed, are guarded so that a repeat or a late one has no effect, and are carried out by
// whoever finds the row again: the same writer, the next one before its own rows, the relay before it publishes.
import { fail } from "@parlance/platform/errors";
import { Message } from "@parlance/proto/messaging/v1/message";
import { applyChange } from "../../domain/change.js";
import type { ConversationId } from "../../domain/conversation.js";
import type { Collections, RowDoc } from "./documents.js";
import type { Rows } from "./rows.js";
import { bytesOf, changeOfDoc, memberOfDoc } from "./stored.js";
import type { Views } from "./views.js";

const RACES_MAX = 20;

export class Effects {
  readonly #all: Collections;
  readonly #rows: Rows;
  readonly #views: Views;

  constructor(all: Collections, rows: Rows, views: Views) {
    this.#all = all;
    this.#rows = rows;
    this.#views = views;
  }

  /** In the order of the log. */
  async carryOut(docs: readonly RowDoc[]): Promise<void> {
    for (const doc of docs) {
      if (doc.x !== undefined) await this.#change(doc);
      if (doc.g !== undefined) await this.#member(doc);
    }
  }

  async #member(doc: RowDoc): Promise<void> {
    const conversation = { app: doc.a, ref: doc.r } as ConversationId;
    await this.#views.changeMember({ conversation, handle: doc.h, label: doc.l }, memberOfDoc(doc.g!), doc.s - 1);
  }

  async #change(doc: RowDoc): Promise<void> {
    const change = changeOfDoc(doc.x!);
    for (let race = 0; race < RACES_MAX; race += 1) {
      const target = await this.#rows.byId(doc.a, change.messageId);
      if (target === undefined || target.q >= doc.s) return;
      const before = Message.decode(bytesOf(target.b));
      const after = applyChange(before, change, { seq: doc.s, sentAtMs: doc.at });
      // A husk stays as it is.
      if (after === undefined || after === before) return;
      const first = change.kind === "edit" ? { fe: Math.min(target.fe ?? doc.s, doc.s) } : { fd: doc.s };
      const { matchedCount } = await this.#all.rows.updateOne(
        { _id: target._id, q: target.q },
        { $set: { b: Buffer.from(Message.encode(after).finish()), q: doc.s, d: after.deletedAtMs > 0, ...first } },
      );
      if (matchedCount === 1) return;
    }
    throw fail("ERR_MISSION_FAILED", "a message is changed by too many at once");
  }
}
