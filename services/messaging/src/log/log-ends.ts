import { RecentMap } from "@parlance/platform/limits";
import { labelField } from "./placement.js";
import type { LogEnd } from "../store/ports.js";

/** Where a conversation's log ends, as the writer knows it: speed only, the store's fence is what decides (W3). */
export interface End {
  handle: number;
  readonly label: string;
  /** The label as a field of Message. */
  readonly labelField: Uint8Array;
  seq: number;
  id: number;
  countableNo: number;
  sentAtMs: number;
}

export function endOf(read: LogEnd): End {
  return { ...read, labelField: labelField(read.label) };
}

/** Ends of the conversations this writer wrote last; bounded, since a forgotten one is read again. */
export class LogEnds {
  readonly #ends: RecentMap<string, End>;

  constructor(max: number) {
    this.#ends = new RecentMap(max);
  }

  get(key: string): End | undefined {
    return this.#ends.get(key);
  }

  set(key: string, end: End): void {
    this.#ends.set(key, end);
  }

  /** The next append reads the end anew. */
  forget(key: string): void {
    this.#ends.delete(key);
  }
}
