// Entry of a SQLite thread: the one writer of a file, or one of its readers.
import { parentPort, workerData } from "node:worker_threads";
import { answer } from "./answer.js";
import { commit, execute, executeReads, rollback } from "./batch.js";
import { Connection } from "./connection.js";
import { toFailure } from "./failure.js";
import type { SqliteModule } from "./module.js";
import type { Done, FromThread, Reply, ThreadOptions, ToThread, Work } from "./protocol.js";
import { commandTable, loadModules, type CommandTable } from "./registry.js";
import { applyReaderSettings, applySettings, migrate } from "./schema.js";

type Post = (message: FromThread, transfer?: ArrayBuffer[]) => void;

class SqliteThread {
  readonly epoch: string;
  readonly #options: ThreadOptions;
  readonly #db: Connection;
  readonly #table: CommandTable;
  readonly #post: Post;
  #executed: Done = { results: [] };

  constructor(options: ThreadOptions, modules: readonly SqliteModule[], post: Post) {
    const writes = options.role === "writer";
    this.#options = options;
    this.#post = post;
    this.#db = new Connection(options.path, { readOnly: !writes });
    this.#table = commandTable(modules, writes ? "write" : "read");
    try {
      if (writes) applySettings(this.#db, options);
      else applyReaderSettings(this.#db);
      this.epoch = writes ? migrate(this.#db, modules, options.newEpoch) : "";
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  onMessage(message: Exclude<ToThread, "close">): void {
    let reply: Reply | undefined;
    try {
      reply = this.#replyTo(message);
    } catch (error) {
      reply = { refused: toFailure(error) };
    }
    if (reply !== undefined) answer(reply, this.#post);
  }

  /** A clean stop leaves everything in the one file. On a full disk it stays in the WAL, which the next open reads. */
  close(): void {
    try {
      if (this.#options.role === "writer") this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (error) {
      this.#post({ note: toFailure(error) });
    }
    this.#db.close();
  }

  #replyTo(message: Exclude<ToThread, "close">): Reply | undefined {
    switch (message) {
      case "commit":
        return commit(this.#db, this.#executed);
      case "rollback":
        rollback(this.#db);
        return undefined;
      case "checkpoint":
        this.#checkpoint();
        return { results: [] };
      default:
        return this.#run(message);
    }
  }

  #run(work: Work): Reply | undefined {
    if (this.#options.role === "reader") return executeReads(this.#db, this.#table, work);
    const done = execute(this.#db, this.#table, work);
    if (!this.#options.holdCommits) return commit(this.#db, done);
    this.#executed = done;
    this.#post("executed");
    return undefined;
  }

  #checkpoint(): void {
    try {
      this.#db.exec("PRAGMA wal_checkpoint(PASSIVE)");
    } catch {
      // A disk that is full now; the next quiet moment tries again, and commits find out for themselves.
      this.#db.broken = undefined;
    }
  }
}

const main = parentPort;
if (main === null) throw new Error("this file is the entry of a thread");
const post: Post = (message, transfer = []) => main.postMessage(message, transfer);

try {
  const options = workerData as ThreadOptions;
  const thread = new SqliteThread(options, await loadModules(options.modules), post);
  main.on("message", (message: ToThread) => {
    if (message !== "close") return thread.onMessage(message);
    thread.close();
    main.close();
  });
  post({ ready: { epoch: thread.epoch } });
} catch (error) {
  post({ notOpened: toFailure(error) });
  main.close();
}
