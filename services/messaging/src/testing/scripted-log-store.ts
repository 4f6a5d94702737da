// A LogStore whose next answers a test writes down; without script it does what its store does.

import { fail } from "@parlance/platform/errors";
import type { AppendOutcome, LogStore, NewRow, Publication, RowOutbox, StoredRow } from "../store/ports.js";

type Answer = (rows: readonly NewRow[], store: LogStore) => Promise<readonly AppendOutcome[]>;

/** Answers for a script. */
export const answers = {
  refuse: (): Answer => () => Promise.reject(fail("ERR_OPERATION_FAILED", "disk")),
  defect: (): Answer => () => Promise.reject(fail("ERR_EXCEPTION", "a bug")),
  lost: (): Answer => () => Promise.reject(fail("ERR_MISSION_FAILED", "cut")),
  lostAfterCommit: (): Answer => async (rows, store) => {
    await store.append(rows);
    throw fail("ERR_MISSION_FAILED", "cut");
  },
};

export class ScriptedLogStore implements LogStore, RowOutbox {
  readonly #store: LogStore & RowOutbox;
  readonly script: Answer[] = [];
  /** Rows of every append so far. */
  readonly appends: (readonly NewRow[])[] = [];
  /** Reads of ends so far. */
  endReads = 0;
  /** Refuses reads of ends while set. */
  endsAway = false;
  #held: Promise<void> | undefined;

  constructor(store: LogStore & RowOutbox) {
    this.#store = store;
  }

  /** Appends wait until the answered function is called. */
  hold(): () => void {
    let release!: () => void;
    this.#held = new Promise((resolve) => (release = resolve));
    return () => {
      this.#held = undefined;
      release();
    };
  }

  async append(rows: readonly NewRow[]): Promise<readonly AppendOutcome[]> {
    this.appends.push(rows);
    const answer = this.script.shift();
    await this.#held;
    return answer === undefined ? this.#store.append(rows) : answer(rows, this.#store);
  }

  ends(...args: Parameters<LogStore["ends"]>): ReturnType<LogStore["ends"]> {
    this.endReads += 1;
    return this.endsAway ? Promise.reject(fail("ERR_OPERATION_FAILED", "away")) : this.#store.ends(...args);
  }

  findByMuid(...args: Parameters<LogStore["findByMuid"]>): Promise<StoredRow | undefined> {
    return this.#store.findByMuid(...args);
  }

  probe(): Promise<void> {
    return this.#store.probe();
  }

  erase(...args: Parameters<LogStore["erase"]>): Promise<void> {
    return this.#store.erase(...args);
  }

  publication(): Promise<Publication> {
    return this.#store.publication();
  }
}
