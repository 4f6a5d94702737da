import { fail } from "@parlance/platform/errors";
import type { AppId, Uid } from "@parlance/platform/ids";
import type { ConversationId } from "../../domain/conversation.js";
import type { MemberChange } from "../../domain/member.js";
import type { RaiseMark, SyncAnswer, SyncQuery, View, ViewQuery, ViewStore, ViewWithEnd } from "../ports.js";
import type { ViewDoc } from "./documents.js";
import type { MongoParts } from "./parts.js";
import { viewOf } from "./stored.js";
import { changesSince } from "./sync-read.js";
import { countUnread, lastActive, viewsOf, withEnd, withHeads, type UserView } from "./user-views.js";

export class MongoViewStore implements ViewStore {
  readonly #parts: MongoParts;

  constructor(parts: MongoParts) {
    this.#parts = parts;
  }

  async find(conversation: ConversationId, uid: Uid): Promise<View | undefined> {
    const found = await this.#find(conversation, uid);
    return found === undefined ? undefined : viewOf(found);
  }

  async findWithEnd(conversation: ConversationId, uid: Uid): Promise<ViewWithEnd | undefined> {
    const found = await this.#find(conversation, uid);
    if (found === undefined) return undefined;
    const [view] = await withHeads(this.#parts, [found]);
    return withEnd(this.#parts, view!);
  }

  /** Derived on read (design.md 8): order first by what is cheap, then the page alone is filled. */
  async list(app: AppId, uid: Uid, query: ViewQuery): Promise<readonly ViewWithEnd[]> {
    const prefix = query.type === undefined ? "" : query.type === "user" ? "u/" : "g/";
    const docs = (await viewsOf(this.#parts, app, uid)).filter(({ r }) => r.startsWith(prefix));
    const views = (await withHeads(this.#parts, docs)).filter(({ head }) => head > 0);
    const active = await lastActive(this.#parts, views);
    const sorted = views.map((view, i) => ({ view, at: active[i]?.at ?? view.doc.ca, ref: view.doc.r }))
      .sort((a, b) => b.at - a.at || (a.ref < b.ref ? -1 : 1));
    const page: UserView[] = [];
    for (const { view, at, ref } of sorted) {
      if (page.length >= query.limit) break;
      if (query.after !== undefined && !(at < query.after.activityAtMs || (at === query.after.activityAtMs && ref > query.after.ref))) continue;
      if (query.unreadOnly && (await countUnread(this.#parts, view)) === 0) continue;
      page.push(view);
    }
    return Promise.all(page.map((view) => withEnd(this.#parts, view)));
  }

  changesSince(app: AppId, uid: Uid, query: SyncQuery): Promise<SyncAnswer> {
    return changesSince(this.#parts, app, uid, query);
  }

  async applyMember(conversation: ConversationId, label: string, change: MemberChange): Promise<void> {
    const { conversations, rows, views } = this.#parts;
    if (await conversations.enterIncarnation(conversation, change.incarnation) === "gone") return;
    const life = await conversations.find(conversation) ?? await conversations.make({
      conversation, label: await conversations.freeLabel(conversation, label), incarnation: change.incarnation, atMs: change.atMs,
    });
    // The label was taken meanwhile: the fact comes again, and finds another.
    if (life === undefined) throw fail("ERR_OPERATION_FAILED");
    const [head = 0] = await rows.heads([{ app: life.a, handle: life.h }]);
    await views.changeMember({ conversation, handle: life.h, label: life.l }, change, head);
  }

  async raise(raise: RaiseMark): Promise<{ readonly before: View; readonly after: View } | undefined> {
    const before = await this.#find(raise.conversation, raise.uid);
    if (before === undefined) return undefined;
    const [head = 0] = await this.#parts.rows.heads([{ app: before.a, handle: before.h }]);
    const seq = Math.min(raise.seq, head);
    const after: ViewDoc = { ...before, ...raised(before, seq, raise.mark === "read") };
    if (after.de === before.de && after.re === before.re && after.un === before.un) return { before: viewOf(before), after: viewOf(before) };
    await this.#parts.views.raise(before, { de: after.de, re: after.re, un: after.un }, raise.atMs);
    return { before: viewOf(before), after: viewOf({ ...after, ua: raise.atMs }) };
  }

  async #find(conversation: ConversationId, uid: Uid): Promise<ViewDoc | undefined> {
    const life = await this.#parts.conversations.find(conversation);
    const found = life === undefined ? undefined : await this.#parts.views.find(conversation.app, life.h, uid);
    return found?.e === true ? found : undefined;
  }
}

/** Watermarks only grow; read implies delivered (chat.md 19.2). */
function raised({ de, re, un }: ViewDoc, seq: number, read: boolean): Pick<ViewDoc, "de" | "re" | "un"> {
  return { de: Math.max(de, seq), re: read ? Math.max(re, seq) : re, un: read ? Math.max(un, seq) : un };
}

