// Everything a user missed (chat.md 14.2): some reads for all the user's conversations at once, and one or two more for each
// that changed.
import type { AppId, Uid } from "@parlance/platform/ids";
import { conversationKey, type ConversationRef } from "../../domain/conversation.js";
import type { StoredRow, SyncAnswer, SyncEntry, SyncQuery } from "../ports.js";
import type { RowDoc } from "./documents.js";
import type { MongoParts } from "./parts.js";
import { pointOf, readPoint, type Since } from "./sync-point.js";
import { viewsOf, withEnd, withHeads, type UserView } from "./user-views.js";

export async function changesSince(parts: MongoParts, app: AppId, uid: Uid, query: SyncQuery): Promise<SyncAnswer> {
  // Before anything is read: what happens meanwhile is told again rather than missed.
  const now = parts.clock.now();
  const views = await withHeads(parts, await viewsOf(parts, app, uid));
  const known = new Map(views.map((view) => [view.doc.r as ConversationRef, view]));
  const point = pointOf(now, views);
  const since = query.since === undefined ? undefined : readPoint(query.since);
  const sync = new Sync(parts, query, { since, erasedAt: await erasures(parts, { app, query, since, known }) });
  const rest = await sync.cursors(app, known);
  const truncated = rest.length === 0 && query.others && (await sync.others(known));
  return { entries: sync.entries, point, truncated, rest };
}

interface Asked {
  readonly app: AppId;
  readonly query: SyncQuery;
  readonly since: Since | undefined;
  readonly known: ReadonlyMap<ConversationRef, UserView>;
}

/**
 * When groups of the cursors were last erased. A view that has not changed since the point was there at the point, so its
 * cursor is of this life of the group and nobody needs to ask.
 */
function erasures(parts: MongoParts, { app, query, since, known }: Asked): Promise<ReadonlyMap<string, number>> {
  const groups = query.cursors.filter(({ ref, seq }) => {
    const view = known.get(ref);
    return seq > 0 && ref.startsWith("g/") && view !== undefined && (since === undefined || view.doc.st > since.atMs);
  });
  return groups.length === 0 ? Promise.resolve(new Map()) : parts.erasing.erasedAt(groups.map(({ ref }) => ({ app, ref })));
}

interface Times {
  readonly since: Since | undefined;
  readonly erasedAt: ReadonlyMap<string, number>;
}

class Sync {
  readonly #parts: MongoParts;
  readonly #query: SyncQuery;
  readonly #erasedAt: ReadonlyMap<string, number>;
  readonly #since: Since | undefined;
  readonly entries: SyncEntry[] = [];
  #room: number;

  constructor(parts: MongoParts, query: SyncQuery, { since, erasedAt }: Times) {
    this.#parts = parts;
    this.#query = query;
    this.#erasedAt = erasedAt;
    this.#since = since;
    this.#room = query.bytesMax;
  }

  /** Takes the conversations of the cursors out of those known. Answers what there was no room for. */
  async cursors(app: AppId, known: Map<ConversationRef, UserView>): Promise<ConversationRef[]> {
    const rest: ConversationRef[] = [];
    for (const { ref, seq } of this.#query.cursors) {
      const it = known.get(ref);
      known.delete(ref);
      // Once one had to wait all behind it wait too: what is left over is asked for in the same order.
      if (rest.length > 0) {
        rest.push(ref);
        continue;
      }
      const entry = it === undefined ? { ref, view: undefined, rows: [], truncated: false, peerMoved: false } : await this.#afterSeq(app, it, seq);
      if (entry === undefined) continue;
      const size = bytesOf(entry.rows);
      if (size > this.#room && size <= this.#query.bytesMax) rest.push(ref);
      else this.entries.push(size > this.#query.bytesMax ? withoutRows(entry) : entry);
      this.#room -= size > this.#query.bytesMax ? 0 : size;
    }
    return rest;
  }

  /** Conversations without cursor that changed. True: more than the answer may have. */
  async others(known: ReadonlyMap<ConversationRef, UserView>): Promise<boolean> {
    if (this.#since === undefined) return false;
    for (const it of known.values()) {
      const entry = await this.#afterPoint(it, this.#since);
      if (entry === undefined) continue;
      if (this.entries.length >= this.#query.conversationsMax) return true;
      const size = bytesOf(entry.rows);
      this.entries.push(size > this.#room ? withoutRows(entry) : entry);
      this.#room -= size > this.#room ? 0 : size;
    }
    return false;
  }

  /** A conversation the client knows: rows after its seq, or nothing if neither rows nor marks changed. */
  async #afterSeq(app: AppId, view: UserView, seq: number): Promise<SyncEntry | undefined> {
    const since = this.#since;
    const moved = since === undefined || since.ownMoved(view) || since.peerMoved(view);
    const reborn = seq > 0 && this.#isReborn(app, view);
    if (view.head === seq && !moved && !reborn) return undefined;
    // A cursor of an earlier life of the conversation means nothing in this one.
    const truncated = reborn || seq > view.head || view.head - seq > this.#query.rowsMax;
    return this.#entry(view, truncated ? undefined : await this.#parts.rows.stretch(view.log, seq + 1, view.head));
  }

  /** A conversation the client does not know: what happened since its last sync. */
  async #afterPoint(view: UserView, since: Since): Promise<SyncEntry | undefined> {
    const fresh = view.top !== undefined && since.isNewRow(view, view.top) ? await this.#newest(view, since) : [];
    if (fresh.length === 0 && !since.ownMoved(view) && !since.peerMoved(view)) return undefined;
    return this.#entry(view, fresh.length > this.#query.rowsMax ? undefined : fresh);
  }

  async #newest(view: UserView, since: Since): Promise<RowDoc[]> {
    const rows = await this.#parts.rows.stretch(view.log, Math.max(1, view.head - this.#query.rowsMax), view.head);
    return rows.filter((row) => since.isNewRow(view, row));
  }

  async #entry(view: UserView, rows: readonly RowDoc[] | undefined): Promise<SyncEntry> {
    return {
      ref: view.doc.r as ConversationRef, view: await withEnd(this.#parts, view),
      rows: rows === undefined ? [] : await this.#parts.rows.stored(rows), truncated: rows === undefined,
      peerMoved: this.#since?.peerMoved(view) ?? false,
    };
  }

  #isReborn(app: AppId, view: UserView): boolean {
    const erasedAt = this.#erasedAt.get(conversationKey({ app, ref: view.doc.r as ConversationRef }));
    if (erasedAt === undefined) return false;
    return this.#since === undefined || (erasedAt > this.#since.atMs && !this.#since.knows(view));
  }
}

function bytesOf(rows: readonly StoredRow[]): number {
  return rows.reduce((bytes, row) => bytes + row.body.length + (row.target?.length ?? 0), 0);
}

/** More than one answer carries: the client drops its copy and loads the newest page. */
function withoutRows(entry: SyncEntry): SyncEntry {
  return { ...entry, rows: [], truncated: true };
}
