import { fail } from "@parlance/platform/errors";
import type { Uid } from "@parlance/platform/ids";
import { conversationKey, labelOf, type ConversationId } from "../../domain/conversation.js";
import type { AppendOutcome, Hole, LogEnd, LogStore, NewRow, Publication, RowOutbox, StoredRow } from "../ports.js";
import { append } from "./append.js";
import { rowRange, type ConversationDoc, type RowDoc } from "./documents.js";
import { isDuplicate } from "./errors.js";
import { MongoPublication } from "./publication.js";
import type { Log } from "./rows.js";
import type { MongoParts } from "./parts.js";

const READ_MS = 2_000;
// So far back a takeover looks (W15); rows are read only when their number does not add up.
const LOOKED_AT = 1_000;

export class MongoLogStore implements LogStore, RowOutbox {
  readonly #parts: MongoParts;

  constructor(parts: MongoParts) {
    this.#parts = parts;
  }

  append(rows: readonly NewRow[]): Promise<readonly AppendOutcome[]> {
    return append(this.#parts, rows);
  }

  async ends(conversations: readonly ConversationId[]): Promise<readonly LogEnd[]> {
    const lives = await this.#parts.conversations.findAll(conversations);
    return Promise.all(conversations.map((conversation) => this.#end(conversation, lives.get(conversationKey(conversation)))));
  }

  async findByMuid(conversation: ConversationId, sender: Uid, muid: string): Promise<StoredRow | undefined> {
    const life = await this.#parts.conversations.find(conversation);
    if (life === undefined) return undefined;
    const found = await this.#parts.rows.byMuid({ app: life.a, handle: life.h }, sender, muid);
    return found === undefined ? undefined : (await this.#parts.rows.stored([found]))[0];
  }

  async probe(): Promise<void> {
    const handle = -1 - this.#parts.random.int(2 ** 31);
    const insert = async (key: string, muid: string) => {
      const doc = { _id: `/${handle}/${key}`, k: `/${handle}/${key}${muid}`, a: "", h: handle, u: "probe", m: muid } as RowDoc;
      return this.#parts.all.rows.insertOne(doc).then(() => true, (error: unknown) => {
        if (isDuplicate(error)) return false;
        throw error;
      });
    };
    await insert("1", "a");
    const broken = [await insert("1", "b"), await insert("2", "a")];
    await this.#parts.all.rows.deleteMany({ _id: { $in: ["1", "2"].map((key) => `/${handle}/${key}`) } });
    if (broken.includes(true)) throw fail("ERR_EXCEPTION", "the store does not enforce the fence and the idempotency key");
  }

  erase(conversation: ConversationId, incarnation: string): Promise<void> {
    return this.#parts.erasing.erase(conversation, incarnation);
  }

  async publication(): Promise<Publication> {
    return new MongoPublication(this.#parts);
  }

  async #end(conversation: ConversationId, life: ConversationDoc | undefined): Promise<LogEnd> {
    const nothing = { handle: 0, seq: 0, id: 0, countableNo: 0, sentAtMs: 0, holes: [] };
    if (life === undefined) {
      return { ...nothing, label: await this.#parts.conversations.freeLabel(conversation, labelOf(conversation.ref)) };
    }
    // The highest row itself (W5), by a range and not by trying: nothing that lags or has holes is trusted here.
    const range = rowRange(life.a, life.h);
    const [top] = await this.#parts.all.rows.find({ _id: range }, { maxTimeMS: READ_MS })
      .sort({ _id: -1 }).limit(1).project<Pick<RowDoc, "s" | "i" | "o" | "at">>({ s: 1, i: 1, o: 1, at: 1 }).toArray();
    const known = { handle: life.h, label: life.l };
    if (top === undefined) return { ...nothing, ...known };
    return { ...known, seq: top.s, id: top.i, countableNo: top.o, sentAtMs: top.at, holes: await this.#holes({ app: life.a, handle: life.h }, top.s) };
  }

  async #holes(log: Log, head: number): Promise<Hole[]> {
    const from = Math.max(0, head - LOOKED_AT);
    const there = await this.#parts.rows.placesIn(log, Math.max(1, from), head);
    if (there.length === head - Math.max(1, from) + 1) return [];
    const holes: Hole[] = [];
    let below = { s: from, o: 0, at: 0 };
    for (const row of there) {
      for (let seq = below.s + 1; seq < row.s; seq += 1) holes.push({ seq, countableNo: below.o, sentAtMs: below.at });
      below = row;
    }
    return holes;
  }
}
