import { createCommands, type Sqlite, type SqliteCommands } from "../sqlite/index.js";
import { packRecords } from "./packed-records.js";
import type { DeadLetter, DeadLetters, LogRecord, PlacedRecord } from "./port.js";
import type { FetchArgs, Head, Position, sqlite as module, TrimArgs } from "./sqlite-module.js";

/** Names the module for openSqlite. */
export const eventLogModule: URL = new URL("./sqlite-module.js", import.meta.url);

/** The in-process log's tables, in words of the log. */
export class LocalLogStore implements DeadLetters {
  readonly #commands: SqliteCommands<typeof module>;

  constructor(sqlite: Sqlite) {
    this.#commands = createCommands<typeof module>(sqlite, "eventlog");
  }

  /** Answers the new heads of the partitions it touched. */
  append(records: readonly LogRecord[], atMs: number): Promise<readonly Head[]> {
    return this.#commands.write.append(packRecords(records, atMs));
  }

  state(): Promise<{ readonly heads: readonly Head[]; readonly positions: readonly Position[] }> {
    return this.#commands.read.state();
  }

  fetch(args: FetchArgs): Promise<readonly PlacedRecord[]> {
    return this.#commands.read.fetchRecords(args);
  }

  checkpoint(positions: readonly Position[]): Promise<void> {
    return this.#commands.write.checkpoint(positions);
  }

  trim(args: TrimArgs): Promise<boolean> {
    return this.#commands.write.trim(args);
  }

  put(letter: DeadLetter): Promise<void> {
    return this.#commands.write.putDead(letter);
  }

  list(limit: number): Promise<readonly DeadLetter[]> {
    return this.#commands.read.listDead(limit);
  }
}
