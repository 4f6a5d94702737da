/**
 * Keeps the highest offset below which everything is finished, while records finish in any order.
 * Offsets are added in rising order.
 */
export class OffsetWindow {
  readonly #order: number[] = [];
  #head = 0;
  readonly #finished = new Set<number>();
  #position: number;

  constructor(position: number) {
    this.#position = position;
  }

  /** Everything at or below is finished. */
  get position(): number {
    return this.#position;
  }

  /** Offsets between the position and the last one added. */
  get size(): number {
    return this.#order.length - this.#head;
  }

  add(offset: number): void {
    this.#order.push(offset);
  }

  /** True when the position moved. */
  finish(offset: number): boolean {
    this.#finished.add(offset);
    const before = this.#position;
    for (let next = this.#order[this.#head]; next !== undefined; next = this.#order[this.#head]) {
      if (!this.#finished.delete(next)) break;
      this.#position = next;
      this.#head += 1;
    }
    this.#compact();
    return this.#position !== before;
  }

  #compact(): void {
    if (this.#head < 1024 && this.#head < this.#order.length) return;
    this.#order.splice(0, this.#head);
    this.#head = 0;
  }
}
