/** The only source of chance. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, maxExclusive). */
  int(maxExclusive: number): number;
  /** Bytes fit for secrets, when the source is the system's. */
  bytes(length: number): Uint8Array;
  /** A whole number of milliseconds in [0, capMs]: the wait before a retry ("full jitter"). */
  fullJitter(capMs: number): number;
}

/** The parts of Random that follow from `next`. */
export function derived(next: () => number): Pick<Random, "next" | "int" | "fullJitter"> {
  const int = (maxExclusive: number) => {
    if (!(maxExclusive > 0)) throw new RangeError(`no whole number lies in [0, ${maxExclusive})`);
    return Math.floor(next() * maxExclusive);
  };
  return { next, int, fullJitter: (capMs) => int(Math.max(0, Math.floor(capMs)) + 1) };
}
