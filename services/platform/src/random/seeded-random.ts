import { derived, type Random } from "./random.js";

/** Chance that repeats for a seed (32 bits of it count), for tests and simulations. Never for secrets. */
export function seededRandom(seed: number): Random {
  // mulberry32
  let state = seed >>> 0;
  const next32 = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    ...derived(() => next32() / 2 ** 32),
    bytes: (length) => Uint8Array.from({ length }, () => next32() & 0xff),
  };
}
