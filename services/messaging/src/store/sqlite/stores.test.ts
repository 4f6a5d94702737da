import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { OpenStores } from "../../testing/store-bench.js";
import { historyStoreContract } from "../history-store.contract.js";
import { logStoreContract } from "../log-store.contract.js";
import { rowOutboxContract } from "../row-outbox.contract.js";
import { viewStoreContract } from "../view-store.contract.js";
import { openStores, type OpenedStores } from "../../testing/open-store.js";

function allContracts(open: OpenStores): void {
  for (const contract of [logStoreContract, rowOutboxContract, historyStoreContract, viewStoreContract]) contract(open);
}

describe("SQLite in memory", () => {
  allContracts(async () => {
    const { sqlite, logs, history, views } = await openStores();
    return { logs, history, views, close: () => sqlite.stop() };
  });
});

describe("SQLite in a file, with its threads", () => {
  let folder: string;
  let opened: OpenedStores;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "messaging-"));
    opened = await openStores({
      path: join(folder, "store.db"), synchronous: "NORMAL",
      modules: [new URL("module.js", import.meta.url), new URL("../../testing/reset-module.js", import.meta.url)],
    });
  });
  afterAll(async () => {
    await opened.sqlite.stop();
    await rm(folder, { recursive: true });
  });

  allContracts(async () => {
    const { logs, history, views, sqlite } = opened;
    return { logs, history, views, close: () => sqlite.write("reset.all", undefined) };
  });
});
