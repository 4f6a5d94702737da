import { readFailed, writeFailed } from "@parlance/platform/mongo";

/** A store whose reads fail as "nothing done" and whose writes, unless they say better, as "unknown". */
export function withStoreErrors<T extends object>(store: T, writes: readonly (keyof T)[]): T {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      const meaning = writes.includes(name as keyof T) ? writeFailed : readFailed;
      return async (...args: unknown[]): Promise<unknown> => {
        try {
          return await (Reflect.apply(member, target, args) as Promise<unknown>);
        } catch (error) {
          throw meaning(error);
        }
      };
    },
  });
}
