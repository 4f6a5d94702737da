import { answer } from "./answer.js";
import { commit, execute, executeReads } from "./batch.js";
import type { Connection } from "./connection.js";
import type { Executor } from "./executor.js";
import { notCommitted, toFailure } from "./failure.js";
import { pack } from "./pack.js";
import type { Reply, Work } from "./protocol.js";
import type { CommandTable } from "./registry.js";

/**
 * The same batches on a connection of this thread, for `:memory:`. Arguments and results are cloned as between
 * threads, so that a test cannot pass with what a thread would not carry. A held commit is held before the transaction
 * begins: from outside that is the same, and readers, who share the connection, do not see what is not committed.
 */
export function inlineWriter(db: Connection, table: CommandTable, beforeCommit?: () => Promise<void>): Executor {
  return inline(db, async (work) => {
    if (beforeCommit !== undefined) {
      try {
        await beforeCommit();
      } catch (error) {
        return { refused: notCommitted(error) };
      }
    }
    return commit(db, execute(db, table, work));
  });
}

export function inlineReader(db: Connection, table: CommandTable): Executor {
  return inline(db, (work) => {
    db.exec("PRAGMA query_only = ON");
    try {
      return executeReads(db, table, work);
    } finally {
      db.exec("PRAGMA query_only = OFF");
    }
  });
}

function inline(db: Connection, step: (work: Work) => Reply | Promise<Reply>): Executor {
  return {
    async run(work) {
      const packed = pack(work);
      const received = structuredClone(packed.value as Work, { transfer: packed.transfer });
      return cloned(await guarded(() => step(received)));
    },
    async checkpoint() {},
    async close() {
      db.close();
    },
  };
}

async function guarded(step: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await step();
  } catch (error) {
    return { refused: toFailure(error) };
  }
}

function cloned(reply: Reply): Reply {
  let copy = reply;
  answer(reply, (value, transfer) => {
    copy = structuredClone(value, { transfer });
  });
  return copy;
}
