const TYPING_EVERY_MS = 3_000;
const CONVERSATIONS_MAX = 64;

/** What one connection may signal (chat.md 20): made with its first signal. Times are of the monotonic clock. */
export class SignalLimits {
  #tokens: number;
  #atMs: number;
  /** Conversation to its last forwarded start; negative after its end. */
  readonly #typing = new Map<string, { startedAtMs: number; ended: boolean }>();

  constructor(perSecond: number, nowMs: number) {
    this.#tokens = perSecond;
    this.#atMs = nowMs;
  }

  takeTransient(perSecond: number, nowMs: number): boolean {
    this.#tokens = Math.min(perSecond, this.#tokens + ((nowMs - this.#atMs) * perSecond) / 1_000);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** A start passes once in 3 s, an end once after a start. */
  takeTyping(conversation: string, ended: boolean, nowMs: number): boolean {
    const last = this.#typing.get(conversation);
    if (ended) {
      if (last === undefined || last.ended) return false;
      last.ended = true;
      return true;
    }
    if (last !== undefined && nowMs - last.startedAtMs < TYPING_EVERY_MS) return false;
    this.#typing.delete(conversation);
    this.#typing.set(conversation, { startedAtMs: nowMs, ended: false });
    if (this.#typing.size > CONVERSATIONS_MAX) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    for (const conversation of this.#typing.keys()) {
      this.#typing.delete(conversation);
      return;
    }
  }
}
