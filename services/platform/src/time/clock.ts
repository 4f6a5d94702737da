/** A running timer. */
export interface Timer {
  /** Stops it; safe to call again, also after it has fired. */
  cancel(): void;
}

/** The only source of time: everything that waits or reads the time takes a Clock, so that tests own both. */
export interface Clock {
  /** Unix milliseconds. May jump in either direction when the machine's clock is set. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations and deadlines inside one process. */
  monotonic(): number;
  /** Calls `fn` once after `ms`. A pending timer does not keep the process alive. */
  after(ms: number, fn: () => void): Timer;
  /** Calls `fn` every `ms` until cancelled. */
  every(ms: number, fn: () => void): Timer;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
