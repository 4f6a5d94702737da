import type { Typing } from "@parlance/proto/event/v1/event";
import type { Clock, Timer } from "../clock.js";
import { Lru } from "./lru.js";

/** The platform ends an indicator after 6 s; this is for the signal that was lost. */
const LOST_END_MS = 10_000;
const INDICATORS_MAX = 1_000;

interface Active {
  readonly typing: Typing;
  readonly timer: Timer;
}

/** Who is typing, as told: a message of the sender ends the indicator (chat.md 20.3), and so does a lost end, later. */
export class TypingState {
  readonly #clock: Clock;
  readonly #tell: (typing: Typing) => void;
  readonly #active = new Lru<string, Active>(INDICATORS_MAX);

  constructor(clock: Clock, tell: (typing: Typing) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  heard(typing: Typing): void {
    const key = keyOf(typing.sender?.id, typing.receiverType, typing.receiverId);
    this.#active.delete(key)?.timer.cancel();
    if (!typing.ended) {
      const timer = this.#clock.after(LOST_END_MS, () => this.#end(key, true));
      this.#active.set(key, { typing, timer });
    }
    this.#tell(typing);
  }

  /** A message came from the sender to the address. */
  message(sender: string | undefined, receiverType: number, receiverId: string): void {
    this.#end(keyOf(sender, receiverType, receiverId), false);
  }

  stop(): void {
    for (const { timer } of this.#active.values()) timer.cancel();
    this.#active.clear();
  }

  #end(key: string, expired: boolean): void {
    const active = this.#active.delete(key);
    if (active === undefined) return;
    active.timer.cancel();
    this.#tell({ ...active.typing, ended: true, expired });
  }
}

const keyOf = (sender: string | undefined, receiverType: number, receiverId: string) => `${sender}/${receiverType}/${receiverId}`;
