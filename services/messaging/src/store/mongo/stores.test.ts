import { afterAll, beforeAll, describe } from "vitest";
import { mongoAddress, openMongoBench, type MongoBench } from "./testing/mongo-bench.js";
import { historyStoreContract } from "../history-store.contract.js";
import { logStoreContract } from "../log-store.contract.js";
import { rowOutboxContract } from "../row-outbox.contract.js";
import { viewStoreContract } from "../view-store.contract.js";

const address = mongoAddress();

describe.skipIf(address === undefined)("MongoDB", () => {
  let bench: MongoBench;

  beforeAll(async () => {
    bench = await openMongoBench(address!);
  });
  afterAll(() => bench.close());

  for (const contract of [logStoreContract, rowOutboxContract, historyStoreContract, viewStoreContract]) {
    contract(async () => {
      const { logs, history, views } = bench.open();
      return { logs, history, views, close: () => bench.clear() };
    });
  }
});
