import type { LogRecord } from "@parlance/platform/eventlog";
import type { Log } from "@parlance/platform/log";
import type { Figures } from "../figures.js";
import type { Session } from "../ws/session.js";
import { channelOfKey, GROUP_PREFIX, INBOX_PREFIX, type Interest } from "./interest.js";

export interface PoisonParts {
  readonly interest: Pick<Interest, "get">;
  readonly figures: Pick<Figures, "poison">;
  readonly log: Log;
  /** Asks them to sync. */
  readonly hint: (sessions: Iterable<Session>) => void;
}

/**
 * Records that are no events: whoever listens to the channel of one misses something and is told so, because the next `seq` that
 * would show the gap may be days away (E12). Nobody can sync signals, so theirs are only counted.
 */
export class Poison {
  readonly #parts: PoisonParts;

  constructor(parts: PoisonParts) {
    this.#parts = parts;
  }

  found({ topic, key, headers: { id, kind } }: LogRecord, error: unknown): void {
    const { interest, figures, log, hint } = this.#parts;
    figures.poison();
    log.error({ error, eventId: id, kind }, "a record is no event");
    const channel = channelOfKey(key);
    const isTold = topic === "events" && (channel.startsWith(INBOX_PREFIX) || channel.startsWith(GROUP_PREFIX));
    const sessions = isTold ? interest.get(key)?.sessions : undefined;
    if (sessions !== undefined) hint(sessions);
  }
}
