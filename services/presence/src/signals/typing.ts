// Typing indicators (chat.md 20.3): of one sender in one conversation at most one start in 3 s is forwarded; each start,
// forwarded or not, keeps the indicator alive for 6 s; then the platform says that it ended.

import type { AppId, Uid } from "@parlance/platform/ids";
import type { Clock } from "@parlance/platform/time";
import type { Party } from "@parlance/proto/messaging/v1/message";
import type { Address } from "../domain/channels.js";
import { DueQueue } from "../due-queue.js";
import { typing } from "./facts.js";
import type { Outlet } from "./outlet.js";

const START_EVERY_MS = 3_000;
const EXPIRES_MS = 6_000;

export interface TypingSignal extends Address {
  readonly app: AppId;
  readonly sender: Party & { readonly id: Uid };
  readonly metadataJson: string;
  /** Thread; 0 for the conversation itself. */
  readonly parentMessageId: number;
}

interface Indicator {
  readonly signal: TypingSignal;
  readonly forwardedAt: number;
  readonly active: boolean;
}

export interface TypingOptions {
  readonly clock: Pick<Clock, "now" | "monotonic" | "after">;
  readonly outlet: Pick<Outlet, "nextId" | "signal">;
  readonly indicatorsMax: number;
}

const keyOf = ({ app, sender, receiverType, receiverId, parentMessageId }: TypingSignal) =>
  `${app}/${sender.id}/${receiverType}/${receiverId}/${parentMessageId}`;

export class TypingIndicators {
  readonly #options: TypingOptions;
  readonly #indicators: DueQueue<string, Indicator>;

  constructor(options: TypingOptions) {
    this.#options = options;
    this.#indicators = new DueQueue(options.clock, EXPIRES_MS, (_, { signal, active }) => {
      if (active) void this.#forward(signal, true, true);
    });
  }

  async started(signal: TypingSignal): Promise<void> {
    const key = keyOf(signal);
    const now = this.#options.clock.monotonic();
    const known = this.#indicators.get(key);
    if (known !== undefined && now - known.forwardedAt < START_EVERY_MS) {
      // Started again right after an end: receivers hear of the next start.
      if (known.active) this.#indicators.put(key, known);
      return;
    }
    // Typing is the first to go when there is too much (R20).
    if (known === undefined && this.#indicators.size >= this.#options.indicatorsMax) return;
    this.#indicators.put(key, { signal, forwardedAt: now, active: true });
    await this.#forward(signal, false, false);
  }

  async ended(signal: TypingSignal): Promise<void> {
    const key = keyOf(signal);
    const known = this.#indicators.get(key);
    if (known?.active !== true) return;
    // Kept, so that starts and ends in turn are limited too.
    this.#indicators.put(key, { ...known, active: false });
    await this.#forward(signal, true, false);
  }

  stop(): void {
    this.#indicators.clear();
  }

  #forward(signal: TypingSignal, ended: boolean, expired: boolean): Promise<void> {
    const { clock, outlet } = this.#options;
    const { app, sender, receiverType, receiverId, metadataJson, parentMessageId } = signal;
    const atMs = clock.now();
    const at = { app, sender: sender.id, id: outlet.nextId("typing", atMs), atMs };
    return outlet.signal([
      typing(at, { sender, receiverType, receiverId, ended, expired, metadataJson, parentMessageId }),
    ]);
  }
}
