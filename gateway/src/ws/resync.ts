// The gateway's own place in the event log was lost (E8): records were skipped that nobody knows of. Every socket that was open
// then is asked to compare what it has, spread over 30 s so that the syncs do not come as one wave. In the same way those are asked
// who miss a record that cannot be read (E12).

import type { Log } from "@parlance/platform/log";
import type { Clock, Timer } from "@parlance/platform/time";
import type { Places } from "../fanout/places.js";
import type { ResumeMemory } from "../fanout/resume-memory.js";
import type { Figures } from "../figures.js";
import type { Frames } from "./frames.js";
import type { Outbox } from "./outbox.js";
import type { Session } from "./session.js";
import type { Sessions } from "./sessions.js";

const SPREAD_MS = 30_000;
const SLICE_EVERY_MS = 250;

export interface ResyncParts {
  readonly sessions: Pick<Sessions, "all">;
  readonly frames: Frames;
  readonly outbox: Outbox;
  readonly places: Places;
  readonly memory: ResumeMemory;
  readonly figures: Pick<Figures, "resyncs">;
  readonly clock: Clock;
  readonly log: Log;
}

export class Resync {
  readonly #parts: ResyncParts;
  #waiting: Set<Session> = new Set();
  #slice = 0;
  #timer: Timer | undefined;

  constructor(parts: ResyncParts) {
    this.#parts = parts;
  }

  /** Again while it runs: all begins anew, since those told before may have missed more. */
  begin(): void {
    const { sessions, memory, places, log } = this.#parts;
    memory.forget();
    places.blind = true;
    this.#stopTimer();
    this.#waiting = new Set(sessions.all());
    log.warn({ sockets: this.#waiting.size }, "the place in the event log was lost, sockets are asked to sync");
    this.#spread();
    this.#tellSome();
  }

  /** These miss something that cannot be told: from now on no place of theirs is good, and soon they are asked to sync. */
  hint(sessions: Iterable<Session>): void {
    for (const session of sessions) {
      session.hasLostFrames = true;
      this.#waiting.add(session);
    }
    this.#spread();
  }

  stop(): void {
    this.#stopTimer();
  }

  #spread(): void {
    // Never slower than before, or the first would wait the longer the more there are.
    this.#slice = Math.max(this.#slice, Math.ceil((this.#waiting.size * SLICE_EVERY_MS) / SPREAD_MS));
    this.#timer ??= this.#parts.clock.every(SLICE_EVERY_MS, () => this.#tellSome());
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#slice = 0;
  }

  #tellSome(): void {
    let left = this.#slice;
    for (const session of this.#waiting) {
      if (left === 0) break;
      left -= 1;
      this.#waiting.delete(session);
      this.#tell(session);
    }
    if (this.#waiting.size > 0) return;
    this.#stopTimer();
    this.#parts.places.blind = false;
  }

  #tell(session: Session): void {
    // Who is not welcomed yet will sync after welcome, because the memory was begun anew.
    if (!session.is("ready")) return;
    const { frames, outbox, figures } = this.#parts;
    figures.resyncs();
    outbox.add(session, frames.write({ id: 0, body: { $case: "resync", value: {} } }, session.isJson));
  }
}
