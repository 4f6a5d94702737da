import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../log/index.js";
import { ManualClock } from "../../time/index.js";
import { createCommands, openSqlite, type Sqlite, type SqliteCommands, type SqliteOptions } from "../index.js";
import type { sqlite } from "./notes.js";

export const NOTES = new URL("./notes.js", import.meta.url);

export interface Notes {
  readonly db: Sqlite;
  readonly notes: SqliteCommands<typeof sqlite>;
}

export async function openNotes(path: string, options: Partial<SqliteOptions> = {}): Promise<Notes> {
  const db = await openSqlite({ path, modules: [NOTES], log: silentLog(), clock: new ManualClock(), ...options });
  return { db, notes: createCommands<typeof sqlite>(db, "notes") };
}

export function note(key: string, size = 3): { key: string; body: Uint8Array } {
  return { key, body: new Uint8Array(size).fill(key.length) };
}

/** A folder that is gone after `use`. */
export async function inFolder<R>(use: (folder: string) => Promise<R>): Promise<R> {
  const folder = await mkdtemp(join(tmpdir(), "parlance-sqlite-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A gate for `beforeCommit`: counts what comes and holds it until opened. */
export class Gate {
  entered = 0;
  #open: (() => void) | undefined;
  #waiters: (() => void)[] = [];
  #held: Promise<void> | undefined;

  hold(): void {
    this.#held = new Promise((resolve) => (this.#open = resolve));
  }

  release(): void {
    this.#held = undefined;
    this.#open?.();
  }

  readonly enter = async (): Promise<void> => {
    this.entered += 1;
    for (const waiter of this.#waiters.splice(0)) waiter();
    await this.#held;
  };

  /** Resolves when the next batch has come to the gate. */
  nextEntry(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }
}
