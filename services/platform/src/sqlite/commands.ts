import type { SqliteCommand, SqliteModule } from "./module.js";
import type { Sqlite } from "./sqlite.js";

type ArgsOf<C extends SqliteCommand> = Parameters<C> extends readonly [unknown, infer Args] ? [args: Args] : [];
type ResultOf<C> = C extends (...args: never) => infer R ? R : never;
type Calls<Cs extends Readonly<Record<string, SqliteCommand>>> = {
  readonly [K in keyof Cs]: (...args: ArgsOf<Cs[K]>) => Promise<ResultOf<Cs[K]>>;
};

export interface SqliteCommands<M extends SqliteModule> {
  readonly write: Calls<M["write"]>;
  readonly read: Calls<M["read"]>;
}

/**
 * Typed calls of one module: `createCommands<typeof sqlite>(db, "messaging").write.append(args)`. The module is only
 * imported as a type, so its code loads in the worker threads alone.
 */
export function createCommands<M extends SqliteModule>(db: Sqlite, module: M["name"]): SqliteCommands<M> {
  const bind = (call: (command: string, args: unknown) => Promise<unknown>) => {
    const cache = new Map<string, (args: unknown) => Promise<unknown>>();
    return new Proxy({}, {
      get: (_target, name) => {
        if (typeof name !== "string" || name === "then") return undefined;
        let bound = cache.get(name);
        if (bound === undefined) {
          const command = `${module}.${name}`;
          cache.set(name, (bound = (args) => call(command, args)));
        }
        return bound;
      },
    });
  };
  return {
    write: bind((command, args) => db.write(command, args)) as Calls<M["write"]>,
    read: bind((command, args) => db.read(command, args)) as Calls<M["read"]>,
  };
}
