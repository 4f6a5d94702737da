import { Worker } from "node:worker_threads";
import type { Executor } from "./executor.js";
import { fromFailure, notCommitted, type Failure } from "./failure.js";
import { pack } from "./pack.js";
import type { FromThread, Reply, ThreadOptions, Work } from "./protocol.js";

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

export interface ThreadHooks {
  /** Awaited while the transaction is open; a rejection rolls it back. */
  readonly beforeCommit?: () => Promise<void>;
  /** The thread ended without being asked to: a defect. */
  readonly onLost: (error: unknown) => void;
  /** Something for the log that changes no answer. */
  readonly onNote: (error: unknown) => void;
}

/** The main thread's end of a SQLite thread. */
export class ThreadExecutor implements Executor {
  readonly #worker: Worker;
  readonly #hooks: ThreadHooks;
  readonly #opened: Promise<{ epoch: string }>;
  #open: { resolve(ready: { epoch: string }): void; reject(error: unknown): void } | undefined;
  #waiting: Waiting | undefined;
  #closed: (() => void) | undefined;
  #ended = false;

  private constructor(options: ThreadOptions, hooks: ThreadHooks) {
    this.#hooks = hooks;
    this.#opened = new Promise((resolve, reject) => (this.#open = { resolve, reject }));
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: options, name: `sqlite ${options.role}` });
    this.#worker.on("message", (message: FromThread) => this.#onMessage(message));
    this.#worker.on("error", (error) => this.#onLost(error));
    this.#worker.on("exit", (code) => this.#onExit(code));
  }

  static async start(options: ThreadOptions, hooks: ThreadHooks): Promise<{ executor: ThreadExecutor; epoch: string }> {
    const executor = new ThreadExecutor(options, hooks);
    const { epoch } = await executor.#opened;
    return { executor, epoch };
  }

  run(work: Work): Promise<Reply> {
    const packed = pack(work);
    return this.#ask(() => this.#worker.postMessage(packed.value, packed.transfer));
  }

  async checkpoint(): Promise<void> {
    await this.#ask(() => this.#worker.postMessage("checkpoint"));
  }

  close(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#closed = resolve;
      this.#worker.postMessage("close");
    });
  }

  #ask(send: () => void): Promise<Reply> {
    return new Promise((resolve, reject) => {
      send();
      this.#waiting = { resolve, reject };
    });
  }

  #onMessage(message: FromThread): void {
    if (message === "executed") return void this.#decide();
    if ("note" in message) return this.#hooks.onNote(fromFailure(message.note));
    if ("ready" in message) return this.#open?.resolve(message.ready);
    if ("notOpened" in message) return this.#onNotOpened(message.notOpened);
    this.#settle(message);
  }

  #onNotOpened(failure: Failure): void {
    const error = fromFailure(failure);
    // Not for callers of the API but for the operator who reads why the start failed: the cause says more.
    this.#closed = () => this.#open?.reject(error.cause ?? error);
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(reply);
  }

  async #decide(): Promise<void> {
    try {
      await this.#hooks.beforeCommit?.();
      this.#worker.postMessage("commit");
    } catch (error) {
      this.#worker.postMessage("rollback");
      this.#settle({ refused: notCommitted(error) });
    }
  }

  #onExit(code: number): void {
    const expected = this.#closed;
    if (expected === undefined) return this.#onLost(new Error(`a SQLite thread ended with code ${code}`));
    this.#ended = true;
    expected();
  }

  #onLost(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#open?.reject(error);
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    this.#hooks.onLost(error);
  }
}
