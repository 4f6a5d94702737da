/** A place in a line. */
export interface Turn {
  /** Resolves when everybody before has passed; undefined when nobody is. */
  readonly ready: Promise<void> | undefined;
  /** Lets the next go. Idempotent. */
  pass(): void;
}

/**
 * Sends of one connection enter a log in the order in which they came (reliability.md P6). Their checks run side by side
 * and may take longer for the first, which has to ask other services, than for the second, which finds the answers
 * remembered. Holds nothing of a line that is empty.
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Takes the place behind all that were taken before on this key. Must be passed on, whatever happens. */
  take(key: string): Turn {
    const ready = this.#last.get(key);
    let pass: () => void = () => undefined;
    const own = new Promise<void>((resolve) => (pass = resolve));
    // Who passes before it is its turn does not let others by.
    const last = ready === undefined ? own : ready.then(() => own);
    this.#last.set(key, last);
    void last.then(() => {
      if (this.#last.get(key) === last) this.#last.delete(key);
    });
    return { ready, pass };
  }

  /** Lines with somebody in them. */
  get lines(): number {
    return this.#last.size;
  }
}
