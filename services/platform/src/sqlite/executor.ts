import type { Reply, Work } from "./protocol.js";

/** Runs one batch at a time. `run` rejects only when the executor is lost; what a batch runs into is in its reply. */
export interface Executor {
  run(work: Work): Promise<Reply>;
  /** Moves the WAL into the file, as far as readers allow. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}
