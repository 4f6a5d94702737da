// What a client has of one conversation's log: all rows through a number, and some beyond a gap.
//
//   through    the last row up to which nothing is missing; undefined until the log is met for the first time
//   held       rows beyond: handed on when the gap before them is closed, by what arrives or by a pull
//
// An own row (the answer to a call of this client) counts as had and is handed to nobody. It may overtake rows of others that
// are still on their way, so it does not say where the log is met first.

import type { Row } from "@parlance/proto/messaging/v1/message";
import type { Address } from "./address.js";

export interface Entry {
  /** Undefined for an own row. */
  readonly row: Row | undefined;
  readonly replayed: boolean;
}

const HELD_MAX = 500;
const OWN_UNMET_MAX = 200;

export class ConversationLog {
  readonly address: Address;
  readonly #held = new Map<number, Entry>();
  #through: number | undefined;
  /** Rows were turned away because too many were held: the pull must go on to the end. */
  #overflowed = false;

  constructor(address: Address) {
    this.address = address;
  }

  get through(): number | undefined {
    return this.#through;
  }

  get hasGap(): boolean {
    return this.#through !== undefined && (this.#held.size > 0 || this.#overflowed);
  }

  /** Highest number known to exist. */
  get knownSeq(): number {
    return Math.max(this.#through ?? 0, ...this.#held.keys());
  }

  /** The last row that is missing before those held; 0: unknown, to the end of the log. */
  get missingThrough(): number {
    return this.#held.size === 0 ? 0 : Math.min(...this.#held.keys()) - 1;
  }

  /** Says where the log is met, if that is not known yet; answers what can be handed on. */
  begin(seq: number): Entry[] {
    if (this.#through !== undefined) return [];
    this.#through = seq;
    for (const held of this.#held.keys()) if (held <= seq) this.#held.delete(held);
    return this.#drain();
  }

  /** Takes a row; answers what can be handed on now, in order. */
  accept(seq: number, entry: Entry): Entry[] {
    if (this.#through === undefined && entry.row !== undefined) this.begin(seq - 1);
    if ((this.#through !== undefined && seq <= this.#through) || this.#held.has(seq)) return [];
    if (this.#held.size >= HELD_MAX && seq !== (this.#through ?? 0) + 1) {
      this.#overflowed = true;
      return [];
    }
    this.#held.set(seq, entry);
    if (this.#through === undefined && this.#held.size > OWN_UNMET_MAX) return this.begin(Math.min(...this.#held.keys()) - 1);
    return this.#drain();
  }

  /** The log was read to its end. */
  caughtUp(): void {
    if (this.#held.size === 0) this.#overflowed = false;
  }

  /** The gap cannot be closed: hands on what is held all the same. */
  giveUpGap(): Entry[] {
    const entries = [...this.#held].sort(([one], [other]) => one - other).map(([, entry]) => entry);
    this.#through = this.knownSeq;
    this.#held.clear();
    this.#overflowed = false;
    return entries;
  }

  /** The connection is lost: a resume gives again what was held, except own rows. */
  disconnected(): void {
    for (const [seq, { row }] of this.#held) if (row !== undefined) this.#held.delete(seq);
    this.#overflowed = false;
  }

  /** The local copy is void; the log goes on after `seq`. */
  restart(seq: number): void {
    this.#held.clear();
    this.#overflowed = false;
    this.#through = seq;
  }

  #drain(): Entry[] {
    const ready: Entry[] = [];
    if (this.#through === undefined) return ready;
    for (let entry = this.#held.get(this.#through + 1); entry !== undefined; entry = this.#held.get(this.#through + 1)) {
      this.#through += 1;
      this.#held.delete(this.#through);
      ready.push(entry);
    }
    return ready;
  }
}
