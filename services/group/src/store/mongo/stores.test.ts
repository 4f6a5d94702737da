import { dropAndClose, openTestMongo, testMongoUri } from "@parlance/platform/mongo/testing";
import { describe } from "vitest";
import { groupStoresContract, type StorePlace } from "../groups.contract.js";
import { groupMongoStorage } from "./mongo-storage.js";

const uri = testMongoUri();

async function open(): Promise<StorePlace> {
  const mongo = await openTestMongo(uri!);
  const storage = groupMongoStorage(mongo);
  await storage.prepare();
  return { ...storage, close: () => dropAndClose(mongo) };
}

describe.skipIf(uri === undefined)("MongoDB", () => {
  groupStoresContract(open);
});
