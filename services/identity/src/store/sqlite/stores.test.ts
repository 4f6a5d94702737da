import { silentLog } from "@parlance/platform/log";
import { openSqlite } from "@parlance/platform/sqlite";
import { ManualClock } from "@parlance/platform/time";
import { appStoreContract } from "../app-store.contract.js";
import { factsOf } from "../../testing/facts-of.js";
import type { StoreBench } from "../../testing/store-bench.js";
import { keyStoreContract } from "../key-store.contract.js";
import { tokenStoreContract } from "../token-store.contract.js";
import { userStoreContract } from "../user-store.contract.js";
import { identitySqliteStorage } from "./stores.js";

async function open(): Promise<StoreBench> {
  const modules = [new URL("./module.js", import.meta.url)];
  const db = await openSqlite({ path: ":memory:", modules, log: silentLog(), clock: new ManualClock() });
  const storage = identitySqliteStorage(db);
  return { ...storage, facts: factsOf(storage.outbox), close: () => db.stop() };
}

for (const contract of [appStoreContract, keyStoreContract, userStoreContract, tokenStoreContract]) contract(open);
