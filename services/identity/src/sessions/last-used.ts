import type { AppId } from "@parlance/platform/ids";
import { LruMap } from "@parlance/platform/limits";
import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Clock, Timer } from "@parlance/platform/time";
import type { TokenRecord } from "../domain/token.js";
import type { TokenStore, TokenUse } from "../store/ports.js";

/** Uses closer together than this are one (chat.md 4.2.5). */
const RESOLUTION_MS = 5 * 60_000;
const FLUSH_EVERY_MS = 5_000;
const USES_MAX = 20_000;
const BATCH_MAX = 500;
const NOTED_MAX = 50_000;

export interface LastUsedOptions {
  readonly tokens: Pick<TokenStore, "touch">;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Notes when tokens were last used, later and in batches: no verification waits for it. What a crash loses, or what is
 * beyond the bound, is noted at the next use.
 */
export class LastUsed implements Component {
  readonly name = "identity.last_used";
  readonly #options: LastUsedOptions;
  readonly #waiting = new Map<string, TokenUse & { readonly app: AppId }>();
  /** Tokens may be known from before their last use was noted. */
  readonly #noted = new LruMap<string, number>(NOTED_MAX);
  #timer: Timer | undefined;

  constructor(options: LastUsedOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#timer = this.#options.clock.every(FLUSH_EVERY_MS, () => void this.flush());
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.flush();
  }

  note(app: AppId, token: TokenRecord): void {
    const nowMs = this.#options.clock.now();
    const key = `${app}/${token.tokenId}`;
    const lastMs = Math.max(token.lastUsedAtMs, this.#noted.get(key) ?? 0);
    if (nowMs - lastMs < RESOLUTION_MS || this.#waiting.size >= USES_MAX) return;
    this.#noted.set(key, nowMs);
    this.#waiting.set(key, { app, tokenId: token.tokenId, atMs: nowMs });
  }

  /** Writes what is waiting. */
  async flush(): Promise<void> {
    const byApp = new Map<AppId, TokenUse[]>();
    for (const { app, tokenId, atMs } of this.#waiting.values()) {
      const uses = byApp.get(app) ?? [];
      uses.push({ tokenId, atMs });
      byApp.set(app, uses);
    }
    this.#waiting.clear();
    for (const [app, uses] of byApp) {
      for (let at = 0; at < uses.length; at += BATCH_MAX) await this.#write(app, uses.slice(at, at + BATCH_MAX));
    }
  }

  async #write(app: AppId, uses: readonly TokenUse[]): Promise<void> {
    try {
      await this.#options.tokens.touch(app, uses);
    } catch (error) {
      this.#options.log.warn({ error, uses: uses.length }, "last use of tokens not noted");
    }
  }
}
