import type { SessionEnded } from "@parlance/proto/event/v1/event";
import { LruMap } from "@parlance/platform/limits";
import type { Clock } from "@parlance/platform/time";
import type { UserCaller } from "./session.js";

const KEPT = 10_000;

interface Ended {
  readonly atMs: number;
  readonly code: number;
}

/**
 * Sessions ended of late. A token may be revoked while its hello is being checked, after identity said yes and before the
 * socket listens to its inbox; the hello looks here.
 */
export class EndedSessions {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #ended = new LruMap<string, Ended>(KEPT);

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  add(app: string, { uid, tokenIds, closeCode }: SessionEnded): void {
    const ended = { atMs: this.#clock.monotonic(), code: closeCode };
    for (const tokenId of tokenIds.length === 0 ? [""] : tokenIds) this.#ended.set(`${app}/${uid}/${tokenId}`, ended);
  }

  /** The close code, if the token was ended since then. */
  since(atMs: number, app: string, { uid, tokenId }: UserCaller): number | undefined {
    const ended = [this.#ended.get(`${app}/${uid}/`), this.#ended.get(`${app}/${uid}/${tokenId}`)];
    return ended.find((one) => one !== undefined && one.atMs >= atMs)?.code;
  }
}
