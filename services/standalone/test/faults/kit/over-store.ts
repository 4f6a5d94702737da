import type { LogStore, RowOutbox } from "@parlance/messaging";

export type Store = LogStore & RowOutbox;

/** A store that is another one but for some methods: where faults sit between the writer, the relay and the store. */
export function overStore(store: Store, changed: Partial<Store>): Store {
  return {
    append: (rows) => store.append(rows),
    ends: (conversations) => store.ends(conversations),
    findByMuid: (conversation, sender, muid) => store.findByMuid(conversation, sender, muid),
    probe: () => store.probe(),
    erase: (conversation, incarnation) => store.erase(conversation, incarnation),
    unpublished: (after, limit) => store.unpublished(after, limit),
    publishedThrough: () => store.publishedThrough(),
    markPublished: (through) => store.markPublished(through),
    ...changed,
  };
}

/** Stores a message again and again, whatever its muid (H4). */
export function withoutDedupe(store: Store): Store {
  return overStore(store, {
    append: (rows) => store.append(rows.map((row) => ({ ...row, muid: undefined }))),
    findByMuid: async () => undefined,
  });
}
