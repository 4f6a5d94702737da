// A writer over a scripted store over SQLite in memory, for the tests of the log.

import { IdSource } from "@parlance/platform/ids";
import { recordingLog } from "@parlance/platform/log";
import { seededRandom } from "@parlance/platform/random";
import type { CommittedRow } from "../log/draft.js";
import { LogWriter, type WriterOptions } from "../log/writer.js";
import { openStores } from "./open-store.js";
import { ScriptedLogStore } from "./scripted-log-store.js";

export type WriterBench = Awaited<ReturnType<typeof openWriter>>;

export async function openWriter(options: Partial<WriterOptions> = {}) {
  const stores = await openStores();
  const { clock } = stores;
  const store = new ScriptedLogStore(stores.logs);
  const committed: CommittedRow[] = [];
  const writer = new LogWriter({
    store, clock, random: seededRandom(1), ids: new IdSource(clock, 1), log: recordingLog(), committed: (rows) => committed.push(...rows),
    lanes: 1, rowsMax: 1_000, bytesMax: 1_000_000, rowsPerConversationMax: 500, ...options,
  });
  return {
    ...stores, store, writer, committed,
    /** Lets code run without letting time pass. */
    turn: () => clock.advance(0),
    close: () => stores.sqlite.stop(),
  };
}
