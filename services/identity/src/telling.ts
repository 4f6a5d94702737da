import type { IdentityStores } from "./store/ports.js";

/** Stores that say when a write that may have left facts in the outbox is durable. */
export function telling(stores: IdentityStores, onFacts: () => void): IdentityStores {
  const after = async <R>(written: Promise<R>): Promise<R> => {
    const result = await written;
    onFacts();
    return result;
  };
  const { apps, keys, users, tokens } = stores;
  return {
    apps,
    keys,
    users: {
      ...users,
      add: (app, user, token) => after(users.add(app, user, token)),
      update: (app, change) => after(users.update(app, change)),
      deactivate: (app, uids, atMs) => after(users.deactivate(app, uids, atMs)),
    },
    tokens: {
      ...tokens,
      add: (app, token, rules) => after(tokens.add(app, token, rules)),
      remove: (app, removal) => after(tokens.remove(app, removal)),
      removeAll: (app, uid, atMs) => after(tokens.removeAll(app, uid, atMs)),
      endExpired: (atMs, limit) => after(tokens.endExpired(atMs, limit)),
    },
  };
}
