// Entry of a SQLite thread: the one writer of a file, or one of its readers.
import { parentPort, workerData } from "node:worker_threads";
import { answer } from "./answer.js";
import { commit, execute, executeReads, rollback } from "./batch.js";
import { Connection } from "./connection.js";
import { toFailure } from "./failure.js";
import type { FromThread, Reply, ThreadOptions, ToThread } from "./protocol.js";
import { commandTable, loadModules } from "./registry.js";
import { applyReaderSettings, applySettings, migrate } from "./schema.js";

const options = workerData as ThreadOptions;
const main = parentPort!;
const post = (message: FromThread, transfer: ArrayBuffer[] = []) => main.postMessage(message, transfer);

try {
  const modules = await loadModules(options.modules);
  const db = new Connection(options.path, { readOnly: options.role === "reader" });
  if (options.role === "writer") applySettings(db, options);
  else applyReaderSettings(db);
  const epoch = options.role === "writer" ? migrate(db, modules, options.newEpoch) : "";
  const table = commandTable(modules, options.role === "writer" ? "write" : "read");
  let executed: Reply | undefined;

  const guarded = (step: () => Reply | undefined) => {
    let reply: Reply | undefined;
    try {
      reply = step();
    } catch (error) {
      reply = { refused: toFailure(error) };
    }
    if (reply !== undefined) answer(reply, post);
  };
  const committed = (reply: Reply): Reply => {
    commit(db);
    return reply;
  };
  const onMessage = (message: ToThread) => {
    switch (message) {
      case "commit":
        return guarded(() => committed(executed!));
      case "rollback":
        return rollback(db);
      case "checkpoint":
        return guarded(() => {
          db.exec("PRAGMA wal_checkpoint(PASSIVE)");
          return { results: [] };
        });
      case "close":
        // TRUNCATE: a clean stop leaves everything in the one file, with an empty WAL.
        if (options.role === "writer") db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        db.close();
        post("closed");
        return main.close();
      default:
        return guarded(() => {
          if (options.role === "reader") return executeReads(db, table, message);
          executed = execute(db, table, message);
          if (!options.holdCommits) return committed(executed);
          post("executed");
          return undefined;
        });
    }
  };
  main.on("message", onMessage);
  post({ ready: { epoch } });
} catch (error) {
  post({ notOpened: toFailure(error) });
}
