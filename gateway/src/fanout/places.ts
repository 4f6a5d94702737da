import type { Clock } from "@parlance/platform/time";
import type { Session } from "../ws/session.js";
import type { Coalesce } from "./coalesce.js";
import type { Feed } from "./feed.js";
import { groupsHeard, writePlace } from "./place.js";

export interface PlacesParts {
  readonly feed: Pick<Feed, "logId" | "positions">;
  readonly coalesce: Pick<Coalesce, "isIdle">;
  readonly clock: Pick<Clock, "now">;
}

/** The places that sessions are told: behind all frames made of what came before (resume-memory.ts). */
export class Places {
  readonly #parts: PlacesParts;
  #settled: readonly number[] | undefined;
  #isBlind = false;

  constructor(parts: PlacesParts) {
    this.#parts = parts;
  }

  /** At the end of a tick: what came has been handed to the sessions' outboxes. */
  settle(): void {
    if (!this.#parts.coalesce.isIdle) return;
    const positions = this.#parts.feed.positions();
    this.#settled = positions === undefined ? undefined : [...positions];
  }

  /** Records were skipped that some session should have had: nobody is told a place until all were asked to sync. */
  set blind(isBlind: boolean) {
    this.#isBlind = isBlind;
  }

  /** Undefined: none that could be vouched for. */
  of(session: Session): string | undefined {
    this.settle();
    if (this.#isBlind || this.#settled === undefined || !session.is("ready") || session.hasLostFrames) return undefined;
    const { feed: { logId }, clock } = this.#parts;
    return writePlace({ logId, atMs: clock.now(), groups: groupsHeard(session), positions: this.#settled });
  }
}
