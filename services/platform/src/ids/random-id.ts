import type { Random } from "../random/index.js";

// 128 bits: whatever can be reached by its id alone needs at least 96 that nobody can guess.
const RANDOM_BYTES = 16;

/** An unguessable id of 22 URL-safe characters, after the prefix. */
export function randomId(random: Pick<Random, "bytes">, prefix = ""): string {
  return prefix + Buffer.from(random.bytes(RANDOM_BYTES)).toString("base64url");
}
