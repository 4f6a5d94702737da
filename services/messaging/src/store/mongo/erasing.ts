// The end of a group's conversation. The order makes every moment of it safe to die in: first the incarnation is remembered,
// so that what comes late of it is refused; then a stone is laid where the log would go on, which fences writers that still
// know the old handle; then the conversation goes, which frees the ref; then rows and views, in slices. A repeat goes on
// where it was cut.
import { isDuplicate, READ_MS } from "@parlance/platform/mongo";
import type { UpdateFilter } from "mongodb";
import type { Clock } from "@parlance/platform/time";
import { conversationKey, type ConversationId } from "../../domain/conversation.js";
import { handleKey, rowKey, viewKey, type Collections, type ErasedDoc, type RowDoc } from "./documents.js";
import type { Rows } from "./rows.js";
import { STONE } from "./stored.js";

const SLICE = 500;

export class Erasing {
  readonly #all: Collections;
  readonly #rows: Rows;
  readonly #clock: Pick<Clock, "now">;

  constructor(all: Collections, rows: Rows, clock: Pick<Clock, "now">) {
    this.#all = all;
    this.#rows = rows;
    this.#clock = clock;
  }

  /** Whether this incarnation of the ref, or any, came to its end. */
  async wasErased(conversation: ConversationId, incarnation?: string): Promise<boolean> {
    return (await this.#find(keyOf(conversation, incarnation))) !== undefined;
  }

  /** Unix milliseconds of when each ref was last erased; 0: never. */
  async erasedAt(conversations: readonly ConversationId[]): Promise<Map<string, number>> {
    const docs = await this.#all.erased.find({ _id: { $in: conversations.map((each) => keyOf(each)) } }, { maxTimeMS: READ_MS }).toArray();
    return new Map(docs.map((doc) => [doc._id, doc.w]));
  }

  async erase(conversation: ConversationId, incarnation: string): Promise<void> {
    const left = (await this.#find(keyOf(conversation, incarnation)))?.h;
    if (left !== undefined) await this.#clear(conversation, left, incarnation);
    const life = await this.#all.conversations.findOne({ _id: conversationKey(conversation) }, { maxTimeMS: READ_MS });
    if (life === null || !isSame(life.n, incarnation)) return this.#remember(conversation, incarnation, undefined);
    const ended = incarnation === "" ? life.n : incarnation;
    await this.#remember(conversation, ended, life.h);
    await this.#layStone(conversation, life.h);
    await this.#all.conversations.deleteOne({ _id: life._id, h: life.h });
    await this.#clear(conversation, life.h, ended);
  }

  async #clear(conversation: ConversationId, handle: number, incarnation: string): Promise<void> {
    const { app } = conversation;
    const [head = 0] = await this.#rows.heads([{ app, handle }]);
    // From the top: what is left of a cut erasure is dense still.
    for (let top = head; top > 0; top -= SLICE) {
      const keys = Array.from({ length: Math.min(SLICE, top) }, (_, i) => rowKey(app, handle, top - i));
      await this.#all.rows.deleteMany({ _id: { $in: keys } });
    }
    for (;;) {
      const views = await this.#all.views.find({ a: app, h: handle }).project<{ u: string }>({ u: 1 }).limit(SLICE).toArray();
      if (views.length === 0) break;
      await this.#all.views.deleteMany({ _id: { $in: views.map(({ u }) => viewKey(app, handle, u)) } });
    }
    await this.#all.published.deleteOne({ _id: handleKey(app, handle) });
    await this.#all.erased.updateOne({ _id: keyOf(conversation, incarnation) }, { $unset: { h: "" } });
  }

  /** Where the next row would stand; whoever lands there first, the log does not go on from it. */
  async #layStone({ app, ref }: ConversationId, handle: number): Promise<void> {
    for (;;) {
      const [head = 0] = await this.#rows.heads([{ app, handle }]);
      const seq = head + 1;
      const stone: RowDoc = {
        _id: rowKey(app, handle, seq), k: `${handleKey(app, handle)}/stone`, a: app, h: handle, r: ref, l: "", s: seq, i: 0, u: "", m: seq,
        f: "", v: STONE, c: 0, t: "", n: false, o: 0, at: 0, w: this.#clock.now(), b: Buffer.alloc(0), d: false, q: 0,
      };
      try {
        await this.#all.rows.insertOne(stone);
        return;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        // A row was faster, or the stone lies already.
        if ((await this.#all.rows.findOne({ k: stone.k }, { maxTimeMS: READ_MS })) !== null) return;
      }
    }
  }

  /** First the incarnation: late rows of it are refused by that. */
  async #remember(conversation: ConversationId, incarnation: string, handle: number | undefined): Promise<void> {
    const fields = { a: conversation.app, w: this.#clock.now() };
    const left = handle === undefined ? {} : { $set: { h: handle } };
    await this.#upsert(keyOf(conversation, incarnation), { $setOnInsert: fields, ...left });
    await this.#upsert(keyOf(conversation), handle === undefined ? { $setOnInsert: fields } : { $set: fields });
  }

  async #upsert(key: string, update: UpdateFilter<ErasedDoc>): Promise<void> {
    const upsert = () => this.#all.erased.updateOne({ _id: key }, update, { upsert: true });
    // Two at once may both find none; the second time it is there.
    await upsert().catch((error: unknown) => {
      if (isDuplicate(error)) return upsert();
      throw error;
    });
  }

  async #find(key: string) {
    return (await this.#all.erased.findOne({ _id: key }, { maxTimeMS: READ_MS })) ?? undefined;
  }
}

function keyOf(conversation: ConversationId, incarnation?: string): string {
  return incarnation === undefined ? conversationKey(conversation) : `${conversationKey(conversation)}/${incarnation}`;
}

function isSame(one: string, other: string): boolean {
  return one === other || one === "" || other === "";
}
