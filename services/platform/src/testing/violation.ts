import type { Dump } from "./dump.js";
import type { History } from "./history.js";

export type InvariantName =
  | "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9"
  | "I10" | "I11" | "I12" | "I13" | "I14" | "I15" | "I16" | "I20";

/** What the fault table counts (reliability.md F-b); `other` is only listed. */
export type ViolationClass = "lost" | "doubled" | "inversion" | "hole" | "other";

export interface Violation {
  readonly invariant: InvariantName;
  readonly class: ViolationClass;
  /** One sentence for a person, with the numbers that matter. */
  readonly text: string;
  readonly conversation?: string;
  readonly seq?: number;
  readonly id?: number;
  readonly client?: string;
}

/** Pure: reads the two arguments, changes nothing, does no I/O. */
export type Checker = (history: History, dump: Dump) => Violation[];
