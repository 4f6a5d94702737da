import type { SqliteCommands } from "@parlance/platform/sqlite";
import type { PlacedRow, Publication, StoredRow } from "../ports.js";
import type { sqlite } from "./module.js";

/** The single writer numbers all rows without gaps, so that one position says all, and marking costs a row nothing. */
export class SqlitePublication implements Publication {
  readonly #commands: SqliteCommands<typeof sqlite>;
  /** Everything at or below this position is in the event log. */
  #through: number;
  #stored: number;

  constructor(commands: SqliteCommands<typeof sqlite>, through: number) {
    this.#commands = commands;
    this.#through = this.#stored = through;
  }

  follows(rows: readonly PlacedRow[]): boolean {
    // Positions are dense: when the last fits, none is missing.
    return rows.at(-1)!.position === this.#through + rows.length;
  }

  unpublished(limit: number): Promise<readonly StoredRow[]> {
    return this.#commands.read.unpublished({ after: this.#through, limit });
  }

  published(rows: readonly PlacedRow[]): void {
    this.#through = rows.at(-1)!.position;
  }

  async sweep(): Promise<boolean> {
    return (await this.unpublished(1)).length > 0;
  }

  async flush(): Promise<void> {
    if (this.#stored === this.#through) return;
    const through = this.#through;
    await this.#commands.write.markPublished(through);
    this.#stored = through;
  }

  close(): Promise<void> {
    return this.flush();
  }
}
