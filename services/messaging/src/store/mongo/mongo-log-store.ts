import { isDuplicate, READ_MS } from "@parlance/platform/mongo";
import { fail } from "@parlance/platform/errors";
import type { Uid } from "@parlance/platform/ids";
import { conversationKey, labelOf, type ConversationId } from "../../domain/conversation.js";
import type { AppendOutcome, Hole, LogEnd, LogStore, NewRow, Publication, RowOutbox, StoredRow } from "../ports.js";
import { append } from "./append.js";
import { rowRange, type ConversationDoc, type Log, type RowDoc } from "./documents.js";
import { MongoPublication } from "./publication.js";
import { PLACE, type Place } from "./rows.js";
import type { MongoParts } from "./parts.js";

// So far back a takeover looks (W15). By keys: a count of a range, or of keys, is not served by an index everywhere.
const LOOKED_AT = 1_000;
const LOOKED_AHEAD = 64;

const NOTHING = { handle: 0, seq: 0, id: 0, countableNo: 0, sentAtMs: 0, holes: [] };

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
    const found = conversations.map((conversation) => lives.get(conversationKey(conversation)));
    const logs = found.flatMap((life) => (life === undefined ? [] : [{ app: life.a, handle: life.h }]));
    const heads = new Map((await this.#parts.rows.heads(logs)).map((head, i) => [logs[i]!.handle, head]));
    return Promise.all(conversations.map((conversation, i) => {
      const life = found[i];
      return life === undefined ? this.#unknown(conversation) : this.#end(life, heads.get(life.h)!);
    }));
  }

  async findByMuid(conversation: ConversationId, sender: Uid, muid: string): Promise<StoredRow | undefined> {
    const life = await this.#parts.conversations.find(conversation);
    if (life === undefined) return undefined;
    const found = await this.#parts.rows.byMuid({ app: life.a, handle: life.h }, sender, muid);
    if (found === undefined) return undefined;
    await this.#parts.effects.carryOut([found]);
    return (await this.#parts.rows.stored([found]))[0];
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

  async #unknown(conversation: ConversationId): Promise<LogEnd> {
    return { ...NOTHING, label: await this.#parts.conversations.freeLabel(conversation, labelOf(conversation.ref)) };
  }

  async #end({ a: app, h: handle, l: label }: ConversationDoc, head: number): Promise<LogEnd> {
    const log = { app, handle };
    const top = await this.#top(log, head);
    if (top === undefined) return { ...NOTHING, handle, label };
    return { handle, label, seq: top.s, id: top.i, countableNo: top.o, sentAtMs: top.at, holes: await this.#holes(log, top.s) };
  }

  /**
   * The highest row itself (W5). Logs are dense (W21), so it is where the search for their end stopped; in a damaged one
   * there may be rows a little further, or none at all where the search began: then all of the log is looked through.
   */
  async #top(log: Log, head: number): Promise<Place | undefined> {
    for (let from = head; ; ) {
      const places = await this.#parts.rows.placesIn(log, Math.max(1, from), from + LOOKED_AHEAD);
      const top = places.at(-1);
      if (top === undefined || places[0]!.s > Math.max(1, from)) return from === 0 && top === undefined ? undefined : this.#topOfAll(log);
      if (top.s === from) return top;
      from = top.s;
    }
  }

  async #topOfAll({ app, handle }: Log): Promise<Place | undefined> {
    const [top] = await this.#parts.all.rows.find({ _id: rowRange(app, handle) }, { maxTimeMS: READ_MS })
      .sort({ _id: -1 }).limit(1).project<Place>(PLACE).toArray();
    return top;
  }

  async #holes(log: Log, head: number): Promise<Hole[]> {
    const from = Math.max(0, head - LOOKED_AT);
    const holes: Hole[] = [];
    let below = { s: from, o: 0, at: 0 };
    for (const row of await this.#parts.rows.placesIn(log, Math.max(1, from), head)) {
      for (let seq = below.s + 1; seq < row.s; seq += 1) holes.push({ seq, countableNo: below.o, sentAtMs: below.at });
      below = row;
    }
    return holes;
  }
}
