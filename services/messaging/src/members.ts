// Who may write and read a conversation. The views in the own store are the truth of it: a membership change is a row of
// the log and changes the view in the same write, so a send after the ack of a kick is refused (reliability.md P14).
import type { Uid } from "@parlance/platform/ids";
import { RecentMap } from "@parlance/platform/limits";
import type { Clock } from "@parlance/platform/time";
import { conversationKey, type ConversationId } from "./domain/conversation.js";
import type { View, ViewStore } from "./store/ports.js";

const AGE_MAX_MS = 60_000;
const ENTRIES_MAX = 200_000;

/** The lasting part of a view: marks are not cached. */
export type Membership = Pick<View, "scope" | "floorSeq">;

export class Members {
  readonly #views: Pick<ViewStore, "find">;
  readonly #clock: Pick<Clock, "now">;
  readonly #known = new RecentMap<string, { readonly membership: Membership; readonly atMs: number }>(ENTRIES_MAX);
  /** Counts changes, so that a read that began before one does not put an old membership back. */
  #changes = 0;

  constructor(views: Pick<ViewStore, "find">, clock: Pick<Clock, "now">) {
    this.#views = views;
    this.#clock = clock;
  }

  /** Undefined: no participant. A promise only when nothing fresh is known. */
  of(conversation: ConversationId, uid: Uid): Membership | undefined | Promise<Membership | undefined> {
    const key = `${conversationKey(conversation)}/${uid}`;
    const known = this.#known.get(key);
    if (known !== undefined && this.#clock.now() - known.atMs < AGE_MAX_MS) return known.membership;
    return this.#read(key, conversation, uid);
  }

  /** A membership changed: to be called before the change is acked. */
  forget(conversation: ConversationId, uid: Uid): void {
    this.#changes += 1;
    this.#known.delete(`${conversationKey(conversation)}/${uid}`);
  }

  /** A conversation is gone, or changes may have been missed. */
  forgetAll(): void {
    this.#changes += 1;
    this.#known.clear();
  }

  async #read(key: string, conversation: ConversationId, uid: Uid): Promise<Membership | undefined> {
    const changes = this.#changes;
    const view = await this.#views.find(conversation, uid);
    if (view === undefined) return undefined;
    const membership = { scope: view.scope, floorSeq: view.floorSeq };
    if (changes === this.#changes) this.#known.set(key, { membership, atMs: this.#clock.now() });
    return membership;
  }
}
