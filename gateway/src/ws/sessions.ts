import type { Session } from "./session.js";

/** All open sockets of this gateway. */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  #whenEmpty: (() => void) | undefined;

  get size(): number {
    return this.#byId.size;
  }

  add(session: Session): void {
    this.#byId.set(session.id, session);
  }

  get(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  remove(session: Session): void {
    this.#byId.delete(session.id);
    if (this.#byId.size === 0) this.#whenEmpty?.();
  }

  /** Oldest first. */
  all(): IterableIterator<Session> {
    return this.#byId.values();
  }

  /** Calls back when the last one is gone; at once when there is none. */
  whenEmpty(callback: () => void): void {
    this.#whenEmpty = callback;
    if (this.#byId.size === 0) callback();
  }
}
