import { rowKey, type Log, type SlimRow } from "./documents.js";

const WAYS = 15;
const DOUBLINGS = 22;

/**
 * Where a dense log ends, from a number known to be in it: first whether that is still its end, then in doubling steps, then
 * between the last two of them.
 */
export class EndSearch {
  readonly log: Log;
  #there: number;
  #missing = Infinity;
  #isFirst = true;
  #top: SlimRow | undefined;

  constructor(log: Log, there: number) {
    this.log = log;
    this.#there = there;
  }

  restart(there: number): void {
    this.#there = there;
    this.#missing = Infinity;
    this.#isFirst = true;
    this.#top = undefined;
  }

  get head(): number {
    return this.#there;
  }

  /** The row at the head; undefined when there is none, or it is gone. */
  get top(): SlimRow | undefined {
    return this.#top;
  }

  get done(): boolean {
    return !this.#isFirst && this.#missing === this.#there + 1;
  }

  /** Keys of rows to look at next. */
  keys(): string[] {
    return this.#seqs().map((seq) => this.#key(seq));
  }

  learn(found: ReadonlyMap<string, SlimRow>): void {
    for (const seq of this.#seqs().sort((a, b) => a - b)) {
      const row = found.get(this.#key(seq));
      if (row !== undefined) [this.#there, this.#top] = [seq, row];
      else if (seq > this.#there) this.#missing = Math.min(this.#missing, seq);
    }
    this.#isFirst = false;
  }

  #key(seq: number): string {
    return rowKey(this.log.app, this.log.handle, seq);
  }

  #seqs(): number[] {
    if (this.#isFirst) return this.#there === 0 ? [1] : [this.#there, this.#there + 1];
    if (this.#missing === Infinity) return Array.from({ length: DOUBLINGS }, (_, i) => this.#there + 2 ** i);
    const step = Math.max(1, Math.ceil((this.#missing - this.#there) / (WAYS + 1)));
    const seqs: number[] = [];
    for (let seq = this.#there + step; seq < this.#missing; seq += step) seqs.push(seq);
    return seqs;
  }
}
