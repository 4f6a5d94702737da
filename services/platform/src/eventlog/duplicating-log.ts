import type { EventLog } from "./port.js";

/** F7: every call's records come twice. What reads it must end up as if they came once. */
export function duplicatingLog<E>(inner: EventLog<E>): EventLog<E> {
  return {
    name: inner.name,
    start: () => inner.start(),
    stop: () => inner.stop(),
    append: (records) => inner.append([...records, ...records]),
    follow: (topics, onBatch, options) => inner.follow(topics, onBatch, options),
    consume: (group, topic, handlers) => inner.consume(group, topic, handlers),
    caughtUp: () => inner.caughtUp(),
    lag: (group) => inner.lag(group),
  };
}
