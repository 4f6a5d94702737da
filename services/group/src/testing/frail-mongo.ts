import type { Mongo } from "@parlance/platform/mongo";

const WRITES: ReadonlySet<string> = new Set(["updateOne", "updateMany", "insertOne", "insertMany", "deleteOne", "deleteMany", "bulkWrite"]);
const READS: ReadonlySet<string> = new Set(["find", "findOne", "countDocuments"]);

/** Runs before each write; what it throws is the write's error, and a promise is waited for. */
export type BeforeWrite = (collection: string) => void | Promise<void>;

/** The error of a connection that is gone. */
export function cutOff(): Error {
  return Object.assign(new Error("cut off"), { syscall: "write" });
}

function withWrites(mongo: Mongo, beforeWrite: BeforeWrite, beforeRead: () => void): Mongo {
  const wrapped = <T extends object>(name: string, collection: T): T => new Proxy(collection, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function" || typeof key !== "string") return value;
      if (WRITES.has(key)) {
        return async (...args: unknown[]) => {
          await beforeWrite(name);
          return Reflect.apply(value, target, args) as Promise<unknown>;
        };
      }
      return (...args: unknown[]) => {
        if (READS.has(key)) beforeRead();
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
  return { ...mongo, collection: (name) => wrapped(name, mongo.collection(name)) };
}

/** The database as a process sees it that is cut off for good after so many writes. */
export function dyingAfter(mongo: Mongo, writes: number): Mongo {
  let left = writes;
  return withWrites(mongo, () => {
    left -= 1;
    if (left < 0) throw cutOff();
  }, () => {
    if (left < 0) throw cutOff();
  });
}

/** The database as a process sees it whose writes to a collection wait. */
export function holding(mongo: Mongo, collection: string): { readonly mongo: Mongo; readonly reached: Promise<void>; release(): void } {
  const [reached, released] = [gate(), gate()];
  return {
    mongo: withWrites(mongo, (name) => {
      if (name !== collection) return undefined;
      reached.open();
      return released.opened;
    }, () => undefined),
    reached: reached.opened,
    release: released.open,
  };
}

function gate() {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
