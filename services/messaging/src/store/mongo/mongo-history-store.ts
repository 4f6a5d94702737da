import type { AppId, Uid } from "@parlance/platform/ids";
import { Category } from "@parlance/proto/messaging/v1/message";
import type { ConversationId } from "../../domain/conversation.js";
import { PAGE_BYTES_MAX } from "../../domain/page.js";
import type { HistoryQuery, HistoryStore, RowPage, StoredRow } from "../ports.js";
import type { Log, RowDoc } from "./documents.js";
import { fitting, pageOf, sizeOf } from "./page.js";
import type { MongoParts } from "./parts.js";
import { viewsOf } from "./user-views.js";

const NOTHING: RowPage = { rows: [], head: 0, cut: false };
// A mark that jumps over a long stretch looks at the newest rows only: authors of older ones see it at the next sync.
const AUTHOR_ROWS_MAX = 5_000;
const PART = 200;

export class MongoHistoryStore implements HistoryStore {
  readonly #parts: MongoParts;

  constructor(parts: MongoParts) {
    this.#parts = parts;
  }

  async rowsAfter(conversation: ConversationId, afterSeq: number, throughSeq: number, limit: number): Promise<RowPage> {
    const log = await this.#logOf(conversation);
    if (log === undefined) return NOTHING;
    const head = await this.#head(log);
    const last = Math.min(throughSeq, head, afterSeq + limit);
    const found: RowDoc[] = [];
    let bytes = 0;
    for (let from = afterSeq + 1; from <= last && bytes <= PAGE_BYTES_MAX; from += PART) {
      const part = await this.#parts.rows.stretch(log, from, Math.min(last, from + PART - 1));
      found.push(...part);
      for (const { b } of part) bytes += sizeOf(b);
    }
    const kept = fitting(found);
    // Full by bytes, or with more to read that bytes forbade: where rows are missing for another reason nothing is cut.
    const cut = kept.length < found.length || (bytes > PAGE_BYTES_MAX && (found.at(-1)?.s ?? last) < last);
    return { rows: await this.#parts.rows.stored(kept), head, cut };
  }

  async page(conversation: ConversationId, query: HistoryQuery): Promise<RowPage> {
    const log = await this.#logOf(conversation);
    if (log === undefined) return NOTHING;
    const head = await this.#head(log);
    const slim = await pageOf(this.#parts.rows, log, head, query);
    const away = query.direction === "previous" ? slim.toReversed() : slim;
    const { docs, cut } = await this.#filled(away.map(({ _id }) => _id));
    return { rows: await this.#parts.rows.stored(query.direction === "previous" ? docs.toReversed() : docs), head, cut };
  }

  /** The nearest of all conversations: their pages without content first, then what of them is nearest. */
  async pageOfUser(app: AppId, uid: Uid, query: HistoryQuery): Promise<readonly StoredRow[]> {
    const views = await viewsOf(this.#parts, app, uid);
    const heads = await this.#parts.rows.heads(views.map(({ h }) => ({ app, handle: h })));
    const pages = await Promise.all(views.map((view, i) => pageOf(this.#parts.rows, { app, handle: view.h }, heads[i]!, {
      ...query, floorSeq: view.fl, aboveSeq: query.countableOnly ? view.un : 0,
    })));
    const away = query.direction === "previous" ? -1 : 1;
    const nearest = pages.flat().sort((a, b) => away * (a.i - b.i)).slice(0, query.limit);
    const { docs } = await this.#filled(nearest.map(({ _id }) => _id));
    return this.#parts.rows.stored(query.direction === "previous" ? docs.toReversed() : docs);
  }

  async byId(app: AppId, id: number): Promise<StoredRow | undefined> {
    const found = await this.#parts.rows.byId(app, id);
    return found === undefined ? undefined : (await this.#parts.rows.stored([found]))[0];
  }

  async changeOf(app: AppId, messageId: number, kind: "edit" | "delete"): Promise<StoredRow | undefined> {
    const target = await this.#parts.rows.byId(app, messageId);
    const seq = kind === "edit" ? target?.fe : target?.fd;
    if (target === undefined || seq === undefined) return undefined;
    const [found] = await this.#parts.rows.stretch({ app, handle: target.h }, seq, seq);
    return found === undefined ? undefined : (await this.#parts.rows.stored([found]))[0];
  }

  async authorsBetween(conversation: ConversationId, after: number, through: number, not: Uid, limit: number): Promise<readonly Uid[]> {
    const log = await this.#logOf(conversation);
    if (log === undefined) return [];
    const rows = await this.#parts.rows.slimStretch(log, Math.max(after, through - AUTHOR_ROWS_MAX) + 1, through);
    const authors = new Set(rows.filter(({ u, c }) => u !== not && c !== Category.ACTION).map(({ u }) => u as Uid));
    return [...authors].slice(0, limit);
  }

  async #logOf(conversation: ConversationId): Promise<Log | undefined> {
    const life = await this.#parts.conversations.find(conversation);
    return life === undefined ? undefined : { app: life.a, handle: life.h };
  }

  async #head(log: Log): Promise<number> {
    return (await this.#parts.rows.heads([log]))[0]!;
  }

  /** Rows by keys, in their order, as many as a page carries. */
  async #filled(keys: readonly string[]): Promise<{ docs: readonly RowDoc[]; cut: boolean }> {
    const docs: RowDoc[] = [];
    let bytes = 0;
    for (let i = 0; i < keys.length && bytes <= PAGE_BYTES_MAX; i += PART) {
      const part = keys.slice(i, i + PART);
      const found = await this.#parts.rows.byKeys(part);
      for (const key of part) {
        const doc = found.get(key);
        if (doc === undefined) continue;
        docs.push(doc);
        bytes += sizeOf(doc.b);
      }
    }
    const kept = fitting(docs);
    return { docs: kept, cut: kept.length < keys.length };
  }
}
