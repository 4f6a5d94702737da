import type { Message } from "@parlance/proto/messaging/v1/message";
import { keyOf, type Address } from "./address.js";

export interface AutoDeliveryOptions {
  readonly me: string;
  /** Marks everything through the message as delivered; rejects without a connection. */
  readonly mark: (address: Address, messageId: number) => Promise<unknown>;
}

interface Mark {
  readonly address: Address;
  messageId: number;
  running: boolean;
}

const CONVERSATIONS_MAX = 5_000;

/** Marks what arrives as delivered (chat.md 19.1): of each conversation one call at a time, with the newest message. */
export class AutoDelivery {
  readonly #options: AutoDeliveryOptions;
  readonly #due = new Map<string, Mark>();

  constructor(options: AutoDeliveryOptions) {
    this.#options = options;
  }

  arrived(message: Message, address: Address): void {
    if (message.sender?.id === this.#options.me || message.id === 0) return;
    const key = keyOf(address);
    const mark = this.#due.get(key) ?? { address, messageId: 0, running: false };
    mark.messageId = Math.max(mark.messageId, message.id);
    if (!this.#due.has(key) && this.#due.size >= CONVERSATIONS_MAX) return;
    this.#due.set(key, mark);
    void this.#run(key, mark);
  }

  /** Connected: marks that waited go out. */
  wake(): void {
    for (const [key, mark] of this.#due) void this.#run(key, mark);
  }

  async #run(key: string, mark: Mark): Promise<void> {
    if (mark.running) return;
    mark.running = true;
    // What arrives in one burst is one mark.
    await Promise.resolve();
    const { messageId } = mark;
    try {
      await this.#options.mark(mark.address, messageId);
    } catch {
      // It stays due until the connection is back, or something newer arrives.
      return;
    } finally {
      mark.running = false;
    }
    if (mark.messageId === messageId) this.#due.delete(key);
    else void this.#run(key, mark);
  }
}
