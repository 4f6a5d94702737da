import { handleKey, type Log } from "./documents.js";

const LOGS_MAX = 100_000;

/** Where logs were last seen to have a row: rows stay, so their ends are looked for from there. */
export class SeenEnds {
  readonly #seen = new Map<string, number>();

  /** 0: not known. */
  of({ app, handle }: Log): number {
    return this.#seen.get(handleKey(app, handle)) ?? 0;
  }

  /** 0: there is none any more. */
  note({ app, handle }: Log, seq: number): void {
    const key = handleKey(app, handle);
    if (seq === 0) {
      this.#seen.delete(key);
      return;
    }
    // What is forgotten is found again from what is published.
    if (this.#seen.size >= LOGS_MAX && !this.#seen.has(key)) this.#seen.clear();
    this.#seen.set(key, seq);
  }
}
