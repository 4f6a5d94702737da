import type { LogStore, Publication, RowOutbox } from "@parlance/messaging";

export type Store = LogStore & RowOutbox;

/** A store that is another one but for some methods: where faults sit between the writer, the relay and the store. */
export function overStore(store: Store, changed: Partial<Store>): Store {
  return {
    append: (rows) => store.append(rows),
    ends: (conversations) => store.ends(conversations),
    findByMuid: (conversation, sender, muid) => store.findByMuid(conversation, sender, muid),
    probe: () => store.probe(),
    erase: (conversation, incarnation) => store.erase(conversation, incarnation),
    publication: () => store.publication(),
    ...changed,
  };
}

/** The store's outbox, whose unpublished rows come as `unpublished` says. */
export function overOutbox(store: Store, unpublished: (found: () => ReturnType<Publication["unpublished"]>) => ReturnType<Publication["unpublished"]>): Store {
  return overStore(store, {
    publication: async () => {
      const real = await store.publication();
      return {
        follows: (rows) => real.follows(rows),
        unpublished: (limit) => unpublished(() => real.unpublished(limit)),
        published: (rows) => real.published(rows),
        sweep: () => real.sweep(),
        flush: () => real.flush(),
        close: () => real.close(),
      };
    },
  });
}

/** Stores a message again and again, whatever its muid (H4). */
export function withoutDedupe(store: Store): Store {
  return overStore(store, {
    append: (rows) => store.append(rows.map((row) => ({ ...row, muid: undefined }))),
    findByMuid: async () => undefined,
  });
}
