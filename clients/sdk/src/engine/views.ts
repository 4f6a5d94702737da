import type { Conversation, Receipt } from "@parlance/proto/messaging/v1/conversation";
import { keyOf, type Address } from "./address.js";
import { Lru } from "./lru.js";

const MAX = 5_000;
const watched = ["deliveredSeq", "readSeq", "unreadAfterSeq", "pinnedAtMs", "mutedUntilMs"] as const;
type Watched = Pick<Conversation, (typeof watched)[number]>;

/** Names of the SDK for fields of the wire. */
const names: Readonly<Record<(typeof watched)[number], string>> = {
  deliveredSeq: "deliveredSeq", readSeq: "readSeq", unreadAfterSeq: "unreadMessageCount",
  pinnedAtMs: "pinnedAt", mutedUntilMs: "mutedUntil",
};

/** Marks as last known, so that a resume tells what changed and a receipt that comes twice is told once. */
export class Views {
  readonly #known = new Lru<string, Watched>(MAX);
  readonly #receipts = new Lru<string, number>(MAX);

  note(address: Address, conversation: Conversation): void {
    this.#known.set(keyOf(address), conversation);
  }

  /** Names of the fields that differ from what is known; undefined when nothing was known. */
  changed(address: Address, conversation: Conversation): string[] | undefined {
    const known = this.#known.get(keyOf(address));
    this.note(address, conversation);
    return known && watched.filter((field) => known[field] !== conversation[field]).map((field) => names[field]);
  }

  /** False for a mark that is not beyond what was told. */
  isNewReceipt({ conversationId, sender, type, seq }: Receipt): boolean {
    const key = `${conversationId}/${sender?.id}/${type}`;
    if ((this.#receipts.get(key) ?? 0) >= seq) return false;
    this.#receipts.set(key, seq);
    return true;
  }

  clear(): void {
    this.#known.clear();
    this.#receipts.clear();
  }
}
