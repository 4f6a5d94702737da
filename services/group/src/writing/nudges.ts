// Tells messaging of what is pending before a call is answered (reliability.md E17, W24): when it answers, a kicked member
// is refused there already. What cannot be told stays pending, is handed over again, in order, with the group's next
// change, and comes to messaging through the event log in any case.

import { fail } from "@parlance/platform/errors";
import type { AppId, Guid } from "@parlance/platform/ids";
import type { Log } from "@parlance/platform/log";
import type { CallContext, OutgoingContext } from "@parlance/platform/rpc";
import { TIMED_OUT, within, type Clock } from "@parlance/platform/time";
import { Message } from "@parlance/proto/messaging/v1/message";
import type { GroupClients } from "../clients.js";
import type { PendingEvent, PendingStore } from "../store/ports.js";

/** Changes of a group of which messaging has not heard; then further ones are refused (W17). */
export const PENDING_MAX = 16;

const TELLING_MAX_MS = 5_000;
/** Kept back from the caller's deadline, so that the caller learns what happened instead of only that time is over. */
const RESERVE_MS = 200;
/** Q12. */
const NUDGES_MAX = 1_000;

/** Action messages by event id; an event may have none. */
export type Actions = ReadonlyMap<string, Message>;

export interface NudgesOptions {
  readonly eventSink: Pick<GroupClients["eventSink"], "deliver">;
  readonly pending: PendingStore;
  readonly clock: Clock;
  readonly log: Log;
}

export class Nudges {
  readonly #options: NudgesOptions;
  /** Delivered, and still pending in the store. */
  readonly #forgetting = new Set<string>();
  #running = 0;

  constructor(options: NudgesOptions) {
    this.#options = options;
  }

  /** All that is pending for the guid, oldest first. Throws ERR_OPERATION_FAILED when messaging could not be told. */
  async deliver(context: CallContext, guid: Guid, pending: readonly PendingEvent[]): Promise<Actions> {
    if (this.#running >= NUDGES_MAX) throw notTold();
    this.#running += 1;
    try {
      const effects = await this.#tell(context, guid, pending.map((event) => event.value));
      this.#forget(context.app, guid, pending.map((event) => event.eventId));
      return actionsOf(pending, effects);
    } finally {
      this.#running -= 1;
    }
  }

  /** What the store has, without what was delivered a moment ago. */
  undelivered(pending: readonly PendingEvent[]): readonly PendingEvent[] {
    return this.#forgetting.size === 0 ? pending : pending.filter(({ eventId }) => !this.#forgetting.has(eventId));
  }

  /** False while forgetting what was delivered is under way. */
  get idle(): boolean {
    return this.#running === 0 && this.#forgetting.size === 0;
  }

  async #tell(context: CallContext, guid: Guid, events: Uint8Array[]): Promise<readonly Uint8Array[]> {
    const { clock, eventSink } = this.#options;
    const leftMs = Math.min(TELLING_MAX_MS, context.deadlineAt - clock.now() - RESERVE_MS);
    if (leftMs <= 0) throw notTold();
    const call = eventSink.deliver({ guid, events }, internal(context, clock.now() + leftMs));
    const answer = await within(clock, leftMs, call).catch((cause: unknown) => {
      throw notTold(cause);
    });
    if (answer === TIMED_OUT) throw notTold();
    return answer.effects;
  }

  /** Not waited for: what stays by mistake is only told once more, and that changes nothing. */
  #forget(app: AppId, guid: Guid, eventIds: readonly string[]): void {
    for (const id of eventIds) this.#forgetting.add(id);
    void this.#options.pending.delivered(app, guid, eventIds)
      .catch((error: unknown) => this.#options.log.warn({ err: error }, "delivered events stay pending"))
      .finally(() => {
        for (const id of eventIds) this.#forgetting.delete(id);
      });
  }
}

function notTold(cause?: unknown) {
  return fail("ERR_OPERATION_FAILED", "Messaging could not be told yet; repeat the call.", { cause });
}

/** Goes on when the caller gives up: the change stands already. */
function internal({ app, requestId, traceParent }: CallContext, deadlineAt: number): OutgoingContext {
  return { app, requestId, traceParent, deadlineAt, caller: { kind: "internal", peer: "group" } };
}

function actionsOf(pending: readonly PendingEvent[], effects: readonly Uint8Array[]): Actions {
  const actions = new Map<string, Message>();
  pending.forEach(({ eventId, step }, at) => {
    const effect = effects[at];
    if (step !== undefined && effect !== undefined && effect.length > 0) actions.set(eventId, Message.decode(effect));
  });
  return actions;
}
