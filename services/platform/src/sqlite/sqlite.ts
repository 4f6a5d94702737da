import type { Component } from "../lifecycle/index.js";
import type { BoundedQueue } from "../limits/index.js";
import type { Log } from "../log/index.js";
import type { Random } from "../random/index.js";
import type { Clock } from "../time/index.js";

export interface SqliteOptions {
  /** The file, or ":memory:" for a store of this process that is gone afterwards. */
  readonly path: string;
  /** Adapter files, each exporting `sqlite` made by defineSqliteModule. */
  readonly modules: readonly URL[];
  /** Reader threads, 1 by default. */
  readonly readers?: number;
  /** FULL, the default: an ack survives power loss. NORMAL may lose the last commits then, not when the process dies. */
  readonly synchronous?: "FULL" | "NORMAL";
  readonly log: Log;
  readonly clock: Clock;
  /** Makes the epoch of a new file. */
  readonly random?: Random;
  /** Q9. */
  readonly commandsMax?: number;
  /** Bounds the file to this many pages, to test a full disk. */
  readonly pagesMax?: number;
  /** Tests: awaited with a batch executed and not committed. A rejection rolls the batch back. */
  readonly beforeCommit?: () => Promise<void>;
  /** A thread died. Default: thrown as an uncaught exception, because nothing sensible can go on. */
  readonly onLost?: (error: unknown) => void;
}

/** One SQLite file: one writer with group commit, and readers. */
export interface Sqlite extends Component {
  /**
   * Runs a write command, `messaging.append`. Resolves after the COMMIT that contains it (P1, W10), with its result.
   * Commands run in the order of the calls. What rejects was not committed: an AppError of the command as it is; other
   * errors of it as ERR_EXCEPTION; ERR_OPERATION_FAILED when the disk refused the batch; ERR_TOO_MANY_REQUESTS with
   * `retryAfterMs` when 4,096 commands wait. Only after ERR_MISSION_FAILED (an I/O error in the commit itself, a lost
   * thread) is the outcome unknown. Arguments must not be changed before it settles.
   */
  write<R>(command: string, args: unknown): Promise<R>;
  /** Runs a read command on a state that contains all that was acked before the call. */
  read<R>(command: string, args: unknown): Promise<R>;
  /** A random 64-bit number in hex, made with the file (W19). */
  readonly epoch: string;
  /** For exportQueue. */
  readonly queues: readonly BoundedQueue<never>[];
}
