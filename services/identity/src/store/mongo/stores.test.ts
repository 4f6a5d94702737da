import { dropAndClose, openTestMongo, testMongoUri } from "@parlance/platform/mongo/testing";
import { describe } from "vitest";
import { appStoreContract } from "../app-store.contract.js";
import { factsOf } from "../../testing/facts-of.js";
import type { StoreBench } from "../../testing/store-bench.js";
import { keyStoreContract } from "../key-store.contract.js";
import { tokenStoreContract } from "../token-store.contract.js";
import { userStoreContract } from "../user-store.contract.js";
import { identityMongoStorage } from "./storage.js";

const uri = testMongoUri();

async function open(): Promise<StoreBench> {
  const mongo = await openTestMongo(uri!);
  const storage = identityMongoStorage(mongo);
  await storage.prepare();
  return { ...storage, facts: factsOf(storage.outbox), close: () => dropAndClose(mongo) };
}

describe.skipIf(uri === undefined)("MongoDB", () => {
  for (const contract of [appStoreContract, keyStoreContract, userStoreContract, tokenStoreContract]) contract(open);
});
