// What crosses between the main thread and a SQLite thread. One work is answered by one reply before the next is
// sent (W7), so nothing carries a number. When commits are held by a test, the writer says "executed" with its
// transaction open and waits for "commit" or "rollback".
import type { Failure } from "./failure.js";

/** A batch: the i-th command with the i-th arguments. */
export interface Work {
  readonly commands: readonly string[];
  readonly args: readonly unknown[];
}

/** `results` has a slot per command; those that failed are listed. */
export interface Done {
  readonly results: readonly unknown[];
  readonly failures?: readonly (readonly [index: number, failure: Failure])[];
}

/** `refused`: nothing of the batch was done. */
export type Reply = Done | { readonly refused: Failure };

export type ToThread = Work | "commit" | "rollback" | "checkpoint" | "close";
export type FromThread = Reply | "executed" | { readonly ready: { readonly epoch: string } }
  | { readonly notOpened: Failure } | { readonly note: Failure };

export interface ThreadOptions extends StoreOptions {
  readonly role: "writer" | "reader";
  readonly path: string;
  readonly modules: readonly string[];
  readonly holdCommits: boolean;
}

export interface StoreOptions {
  readonly synchronous: "FULL" | "NORMAL";
  /** Becomes the epoch (W19) if the file has none yet. */
  readonly newEpoch: string;
  /** Bounds the file, to test a full disk (F14). */
  readonly pagesMax?: number;
}
