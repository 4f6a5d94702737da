/** The browser pages that may connect (S9): exact, no patterns. A client without Origin is no browser. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;
  readonly #all: boolean;

  constructor(origins: readonly string[]) {
    this.#allowed = new Set(origins);
    this.#all = this.#allowed.has("*");
  }

  allows(origin: string | undefined): boolean {
    return origin === undefined || origin === "" || this.#all || this.#allowed.has(origin);
  }
}
