/**
 * Where a connection is cut: after so many bytes, or instead of the n-th reply. Counted over all connections
 * from arming on.
 */
export interface TripPoint {
  /** The byte after which the line is cut; the bytes before it are forwarded. */
  readonly bytes?: number;
  /** The reply (counted from 1) that is swallowed: everything before it is forwarded. */
  readonly replies?: number;
  /** How many replies a chunk of the stream holds; 1 when absent. */
  readonly countReplies?: (chunk: Buffer) => number;
}

/** A wire that is cut once. */
export class Trip {
  readonly #point: TripPoint;
  #bytes = 0;
  #replies = 0;
  #tripped = false;

  constructor(point: TripPoint) {
    this.#point = point;
  }

  get tripped(): boolean {
    return this.#tripped;
  }

  /** What of the chunk may pass. */
  admit(chunk: Buffer): Buffer {
    if (this.#tripped) return chunk;
    const {
      bytes = Number.POSITIVE_INFINITY,
      replies = Number.POSITIVE_INFINITY,
      countReplies = () => 1,
    } = this.#point;
    this.#replies += countReplies(chunk);
    const left = this.#replies >= replies ? 0 : bytes - this.#bytes;
    this.#bytes += chunk.length;
    this.#tripped = chunk.length >= left;
    return this.#tripped ? chunk.subarray(0, left) : chunk;
  }
}
