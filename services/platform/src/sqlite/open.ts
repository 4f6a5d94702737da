import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { systemRandom, type Random } from "../random/index.js";
import type { Clock, Timer } from "../time/index.js";
import { Connection } from "./connection.js";
import type { Executor } from "./executor.js";
import { inlineReader, inlineWriter } from "./inline-executor.js";
import { Lane } from "./lane.js";
import { lockFile } from "./lock.js";
import { commandTable, loadModules } from "./registry.js";
import { migrate } from "./schema.js";
import type { Sqlite, SqliteOptions } from "./sqlite.js";
import { ThreadExecutor } from "./thread-executor.js";

// L2: a quiet moment is the time to bring the WAL back into the file, so that commits under load rarely have to.
const CHECKPOINT_EVERY_MS = 5_000;

/**
 * Opens the file (makes it and its folder if need be), brings its tables up to date, and starts its threads. Rejects
 * if another process has it open or a newer program wrote it.
 */
export async function openSqlite(options: SqliteOptions): Promise<Sqlite> {
  return options.path === ":memory:" ? openInMemory(options) : openFile(options);
}

async function openInMemory(options: SqliteOptions): Promise<Sqlite> {
  const modules = await loadModules(options.modules.map(String));
  const db = new Connection(":memory:");
  db.exec("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF");
  if (options.pagesMax !== undefined) db.exec(`PRAGMA max_page_count = ${options.pagesMax}`);
  const epoch = migrate(db, modules, newEpoch(options.random));
  // Microtasks: a test with a manual clock needs no turn of the event loop for a write.
  const schedule = (flush: () => void) => queueMicrotask(flush);
  const write = lane("sqlite_write", [inlineWriter(db, commandTable(modules, "write"), options.beforeCommit)], options, schedule);
  const read = lane("sqlite_read", [inlineReader(db, commandTable(modules, "read"))], options, schedule);
  return new OpenSqlite({ epoch, write, read, timer: undefined, close: async () => db.close() });
}

async function openFile(options: SqliteOptions): Promise<Sqlite> {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 });
  const lock = lockFile(options.path);
  const threads: Executor[] = [];
  try {
    return await startThreads(options, threads, () => lock.release());
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.close()));
    lock.release();
    throw error;
  }
}

async function startThreads(options: SqliteOptions, threads: Executor[], release: () => void): Promise<Sqlite> {
  const lanes: Lane[] = [];
  const onLost = (error: unknown) => {
    options.log.fatal({ err: error }, "a SQLite thread was lost");
    for (const each of lanes) each.abandon(error);
    (options.onLost ?? throwUncaught)(error);
  };
  const onNote = (error: unknown) => options.log.warn({ err: error }, "the WAL could not be emptied");
  const start = async (role: "writer" | "reader") => {
    const started = await ThreadExecutor.start({
      role, path: options.path, modules: options.modules.map(String), synchronous: options.synchronous ?? "FULL",
      newEpoch: newEpoch(options.random), holdCommits: options.beforeCommit !== undefined,
      ...(options.pagesMax === undefined ? {} : { pagesMax: options.pagesMax }),
    }, { onLost, onNote, ...(options.beforeCommit === undefined ? {} : { beforeCommit: options.beforeCommit }) });
    threads.push(started.executor);
    return started;
  };
  // The writer makes the tables that the readers need.
  const { executor: writer, epoch } = await start("writer");
  const readers = await allOf(Array.from({ length: options.readers ?? 1 }, () => start("reader")));
  const write = lane("sqlite_write", [writer], options, setImmediate);
  const read = lane("sqlite_read", readers.map(({ executor }) => executor), options, setImmediate);
  lanes.push(write, read);
  return new OpenSqlite({
    epoch, write, read, timer: checkpointWhenIdle(options.clock, write),
    close: async () => {
      // Readers first: a WAL that is read cannot be emptied.
      await Promise.all(readers.map(({ executor }) => executor.close()));
      await writer.close();
      release();
    },
  });
}

function lane(name: string, executors: readonly Executor[], options: SqliteOptions, schedule: (flush: () => void) => void): Lane {
  return new Lane({ name, executors, clock: options.clock, commandsMax: options.commandsMax ?? 4_096, schedule });
}

function checkpointWhenIdle(clock: Clock, write: Lane): Timer {
  let batchesThen = 0;
  let checkpointed = 0;
  return clock.every(CHECKPOINT_EVERY_MS, () => {
    const quiet = write.batches === batchesThen;
    batchesThen = write.batches;
    if (!quiet || checkpointed === batchesThen) return;
    checkpointed = batchesThen;
    // Rejects only if the thread is lost, which its owner hears of anyway.
    write.whenIdle((executor) => executor.checkpoint()).catch(() => undefined);
  });
}

function newEpoch(random: Random = systemRandom()): string {
  return Buffer.from(random.bytes(8)).toString("hex");
}

/** Like Promise.all, but waits for the others after a rejection too, so that all that started can be closed. */
async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

interface Parts {
  readonly epoch: string;
  readonly write: Lane;
  readonly read: Lane;
  readonly timer: Timer | undefined;
  readonly close: () => Promise<void>;
}

class OpenSqlite implements Sqlite {
  readonly name = "sqlite";
  readonly epoch: string;
  readonly #parts: Parts;
  #stopped: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.epoch = parts.epoch;
    this.#parts = parts;
  }

  get queues() {
    return [this.#parts.write.queue, this.#parts.read.queue] as unknown as Sqlite["queues"];
  }

  write<R>(command: string, args: unknown): Promise<R> {
    return this.#parts.write.submit(command, args) as Promise<R>;
  }

  read<R>(command: string, args: unknown): Promise<R> {
    return this.#parts.read.submit(command, args) as Promise<R>;
  }

  async start(): Promise<void> {}

  stop(): Promise<void> {
    return (this.#stopped ??= this.#close());
  }

  async #close(): Promise<void> {
    const { write, read, timer, close } = this.#parts;
    timer?.cancel();
    await Promise.all([write.close(), read.close()]);
    await close();
  }
}
