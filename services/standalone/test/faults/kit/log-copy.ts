import type { SeenRow } from "@parlance/platform/testing";

export interface LogCopyParts {
  /** A row in its turn; each once, ascending. */
  readonly show: (row: SeenRow) => void;
  /** Asks for the rows of `(after, through]`; what comes is given to `take`. */
  readonly pull: (after: number, through: number) => Promise<void>;
}

/**
 * One client's copy of one log, as simple as a client can be: rows are shown in the order of their numbers; a number
 * that is missing below one that came is pulled. Rows come live, from pulls and from acks, in any order, any number of
 * times.
 */
export class LogCopy {
  readonly #parts: LogCopyParts;
  readonly #ahead = new Map<number, SeenRow>();
  #through = 0;
  #pulling: Promise<void> | undefined;

  constructor(parts: LogCopyParts) {
    this.#parts = parts;
  }

  /** The last number shown; the cursor of a resume. */
  get through(): number {
    return this.#through;
  }

  take(row: SeenRow): void {
    if (row.seq <= this.#through) return;
    this.#ahead.set(row.seq, row);
    this.#show();
    if (this.#ahead.size > 0) this.#pull();
  }

  /** Resolves when no pull is under way. */
  async settled(): Promise<void> {
    while (this.#pulling !== undefined) await this.#pulling;
  }

  #show(): void {
    for (let row = this.#ahead.get(this.#through + 1); row !== undefined; row = this.#ahead.get(this.#through + 1)) {
      this.#ahead.delete(row.seq);
      this.#through = row.seq;
      if (row.hidden !== true) this.#parts.show(row);
    }
  }

  #pull(): void {
    if (this.#pulling !== undefined) return;
    const lowest = Math.min(...this.#ahead.keys());
    const before = this.#through;
    this.#pulling = this.#parts.pull(before, lowest - 1).finally(() => {
      this.#pulling = undefined;
      // Without progress the connection is gone; the resume of the next one asks again.
      if (this.#ahead.size > 0 && this.#through > before) this.#pull();
    });
  }
}
