// Group commit. All commands of a batch run in one transaction without savepoints, which cost 1 to 6 µs each and are
// nearly never needed. When a command fails there are two cases:
//   - it has changed nothing (a check threw, or its first statement failed and undid itself): note it and go on;
//   - it may have changed something: roll everything back and run the batch again, each command in a savepoint.
// The second run is safe because commands are pure functions of connection and arguments and nothing was answered yet.
// A storage error (disk full, I/O) refuses the whole batch and leaves no transaction open (L3).
import type { Connection } from "./connection.js";
import { toCommitFailure, toFailure, type Failure } from "./failure.js";
import type { Done, Reply, Work } from "./protocol.js";
import { commandOf, type CommandTable } from "./registry.js";

/** Runs the batch and leaves its transaction open for `commit` or `rollback`; after a throw none is open. */
export function execute(db: Connection, table: CommandTable, work: Work): Done {
  return undoOnError(db, () => {
    const done = attempt(db, table, work, false);
    if (done !== "again") return done;
    rollback(db);
    return attempt(db, table, work, true) as Done;
  });
}

export function commit(db: Connection, done: Done): Reply {
  try {
    undoOnError(db, () => db.sql("COMMIT").run());
    return done;
  } catch (error) {
    return { refused: toCommitFailure(error) };
  }
}

export function rollback(db: Connection): void {
  db.broken = undefined;
  if (db.inTransaction) db.exec("ROLLBACK");
}

function undoOnError<R>(db: Connection, step: () => R): R {
  try {
    return step();
  } catch (error) {
    rollback(db);
    throw error;
  }
}

/** "again": a command failed half-way and only a run with savepoints, `isolated`, can undo it alone. */
function attempt(db: Connection, table: CommandTable, work: Work, isolated: boolean): Done | "again" {
  const results: unknown[] = [];
  const failures: (readonly [number, Failure])[] = [];
  db.sql("BEGIN IMMEDIATE").run();
  for (const [index, command] of work.commands.entries()) {
    if (isolated) db.sql("SAVEPOINT command").run();
    const changesBefore = db.changes;
    try {
      results.push(run(db, table, command, work.args[index]));
    } catch (error) {
      if (db.broken !== undefined) throw db.broken;
      if (isolated) db.sql("ROLLBACK TO command").run();
      else if (db.changes !== changesBefore) return "again";
      results.push(undefined);
      failures.push([index, toFailure(error)]);
    }
    if (db.broken !== undefined) throw db.broken;
    if (isolated) db.sql("RELEASE command").run();
  }
  if (!db.inTransaction) throw new Error("a command ended the transaction it was given");
  return failures.length === 0 ? { results } : { results, failures };
}

function run(db: Connection, table: CommandTable, command: string, args: unknown): unknown {
  const result = commandOf(table, command)(db, args);
  if (result instanceof Promise) throw new Error(`the SQLite command "${command}" is asynchronous`);
  return result;
}

/** All reads of a batch see one state, which contains everything acked before the batch was sent. */
export function executeReads(db: Connection, table: CommandTable, work: Work): Done {
  const results: unknown[] = [];
  const failures: (readonly [number, Failure])[] = [];
  return undoOnError(db, () => {
    db.sql("BEGIN").run();
    for (const [index, command] of work.commands.entries()) {
      try {
        results.push(run(db, table, command, work.args[index]));
      } catch (error) {
        db.broken = undefined;
        results.push(undefined);
        failures.push([index, readFailure(error)]);
      }
    }
    db.sql("COMMIT").run();
    return failures.length === 0 ? { results } : { results, failures };
  });
}

function readFailure(error: unknown): Failure {
  const SQLITE_READONLY = 8;
  // A read command that writes is a defect of the command, not of the disk.
  if ((error as { errcode?: unknown } | null)?.errcode === SQLITE_READONLY) return toFailure(new Error("a read command tried to write"));
  return toFailure(error);
}
