// W3C trace context (https://www.w3.org/TR/trace-context): one line of text that goes with a call through all services into
// their access records. Whoever calls may bring one; else it begins here, not sampled, because nobody collects it yet.

import type { Random } from "@parlance/platform/random";

const ID_BYTES = 24;
const TRACE_BYTES = 16;
/** Bytes are drawn for many traces together: a draw costs more than all the rest. */
const POOL_BYTES = ID_BYTES * 256;
const LENGTH = 55;
const SHAPE = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export class TraceParents {
  readonly #random: Pick<Random, "bytes">;
  #pool = Buffer.alloc(0);
  #used = 0;

  constructor(random: Pick<Random, "bytes">) {
    this.#random = random;
  }

  /** The caller's, or a new one: as the standard asks, what cannot be read counts as absent. */
  of(given: string | undefined): string {
    return given !== undefined && isTraceParent(given) ? given : this.#begun();
  }

  #begun(): string {
    if (this.#used === this.#pool.length) {
      this.#pool = Buffer.from(this.#random.bytes(POOL_BYTES));
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += ID_BYTES;
    const span = from + TRACE_BYTES;
    // An id of zeros only would be none; so the last digit of each is odd.
    this.#pool[span - 1]! |= 1;
    this.#pool[this.#used - 1]! |= 1;
    return `00-${this.#pool.toString("hex", from, span)}-${this.#pool.toString("hex", span, this.#used)}-00`;
  }
}

/** Later versions may append fields, which services pass on as little as they know them: those count as absent. */
function isTraceParent(text: string): boolean {
  return text.length === LENGTH && SHAPE.test(text);
}
