import { recordingLog, type RecordingLog } from "../../log/index.js";
import { seededRandom } from "../../random/index.js";
import { openSqlite, type Sqlite } from "../../sqlite/index.js";
import { ManualClock } from "../../time/index.js";
import type { LogFixture, LogPlace } from "../event-log.contract.js";
import { LocalEventLog, type LocalEventLogOptions } from "../local-event-log.js";
import { eventLogModule } from "../local-store.js";
import { decodeNote, type Note } from "./note.js";

const STEP_MS = 10;
const STEPS_MAX = 20_000;

export type LocalFixture = LogFixture & {
  readonly log: LocalEventLog<Note>;
  readonly clock: ManualClock;
  readonly said: RecordingLog;
};

export async function until(clock: ManualClock, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    if (await holds()) return;
    await clock.advance(STEP_MS);
  }
  throw new Error("what the test waits for never happened");
}

/** The store with some of its calls replaced. */
export function overSqlite(sqlite: Sqlite, calls: Partial<Pick<Sqlite, "write" | "read">>): Sqlite {
  return {
    name: sqlite.name,
    epoch: sqlite.epoch,
    queues: sqlite.queues,
    start: () => sqlite.start(),
    stop: () => sqlite.stop(),
    write: (command, args) => sqlite.write(command, args),
    read: (command, args) => sqlite.read(command, args),
    ...calls,
  };
}

/** A store that answers nothing more once its process is dead. */
function mortal(sqlite: Sqlite): { readonly sqlite: Sqlite; die(): void } {
  let dead = false;
  const never = () => new Promise<never>(() => undefined);
  return {
    sqlite: overSqlite(sqlite, {
      write: (command, args) => (dead ? never() : sqlite.write(command, args)),
      read: (command, args) => (dead ? never() : sqlite.read(command, args)),
    }),
    die: () => {
      dead = true;
    },
  };
}

/** A store whose writes first pass `before`, which may wait or reject. */
export function beforeWrites(sqlite: Sqlite, before: (command: string) => Promise<void> | void): Sqlite {
  return overSqlite(sqlite, {
    write: async (command, args) => {
      await before(command);
      return sqlite.write(command, args);
    },
  });
}

/** One process's life of a log over `sqlite`; its clock stands still after the crash. */
export async function openLocalLog(
  sqlite: Sqlite,
  options: Partial<LocalEventLogOptions<Note>> = {},
): Promise<LocalFixture> {
  const clock = new ManualClock();
  const said = recordingLog();
  const store = mortal(sqlite);
  const log = new LocalEventLog<Note>({
    sqlite: store.sqlite, decode: decodeNote, clock, random: seededRandom(1), log: said, ...options,
  });
  await log.start();
  return {
    log, clock, said,
    deadLetters: () => log.deadLetters.list(100),
    until: (holds) => until(clock, holds),
    crash: async () => store.die(),
  };
}

export async function openLogStore(path: string): Promise<Sqlite> {
  return openSqlite({ path, modules: [eventLogModule], log: recordingLog(), clock: new ManualClock() });
}

/** Several lives of a log over one store. */
export async function localPlace(): Promise<LogPlace> {
  const sqlite = await openLogStore(":memory:");
  return {
    open: (groups) => openLocalLog(sqlite, { groups }),
    close: () => sqlite.stop(),
  };
}
