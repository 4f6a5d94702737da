import { randomBytes } from "node:crypto";
import { derived, type Random } from "./random.js";

/** The machine's chance. Only `bytes` is unguessable; the numbers are for jitter and choice. */
export function systemRandom(): Random {
  return { ...derived(() => Math.random()), bytes: (length) => new Uint8Array(randomBytes(length)) };
}
