/** Gathers the work of one turn of the event loop: whatever is asked for during it runs once, at its end. */
export class Tick {
  readonly #phases: readonly (() => void)[];
  #asked = false;

  /** Phases run in order; a later one sees what the earlier ones left. */
  constructor(phases: readonly (() => void)[]) {
    this.#phases = phases;
  }

  request(): void {
    if (this.#asked) return;
    this.#asked = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#asked = false;
    for (const phase of this.#phases) phase();
  }
}
