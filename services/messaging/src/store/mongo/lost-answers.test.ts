import { silentLog } from "@parlance/platform/log";
import { openMongo, type Mongo } from "@parlance/platform/mongo";
import { seededRandom } from "@parlance/platform/random";
import { TcpProxy } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DIRECT, aRow, kindsOf } from "../../testing/store-bench.js";
import type { MessagingStorage } from "../ports.js";
import { messagingMongoStorage } from "./mongo-storage.js";
import { mongoAddress } from "./testing/mongo-bench.js";

const address = mongoAddress();
/** Only one server can be put behind a proxy: members of a replica set name each other. */
const single = /^mongodb:\/\/([^:,/]+):(\d+)\//.exec(address ?? "");

describe.skipIf(single === null)("a store whose answers get lost", () => {
  const clock = systemClock();
  let proxy: TcpProxy;
  let mongo: Mongo;
  let storage: MessagingStorage;

  beforeAll(async () => {
    proxy = await TcpProxy.start({ targetHost: single![1]!, targetPort: Number(single![2]), clock });
  });
  afterAll(() => proxy.stop());
  beforeEach(async () => {
    const uri = address!.replace(`:${single![2]}/`, `:${proxy.port}/`);
    mongo = await openMongo({ uri, database: `messaging_lost_${proxy.port}`, log: silentLog(), clock });
    storage = messagingMongoStorage(mongo, seededRandom(proxy.port));
    await storage.prepare();
  });
  afterEach(async () => {
    await proxy.pass();
    await mongo.db.dropDatabase();
    await mongo.stop();
  });

  const head = async () => (await storage.logs.ends([DIRECT]))[0]!;

  test("says that it does not know, and recognises the rows when they come again (F5, W12)", async () => {
    await storage.logs.append([aRow(1)]);
    const { handle } = await head();
    const rows = [aRow(2, { handle, muid: "m2" }), aRow(3, { handle })];
    proxy.cutAt("toClient", { replies: 1 });
    await expect(storage.logs.append(rows)).rejects.toMatchObject({ name: "ERR_MISSION_FAILED" });
    expect(kindsOf(await storage.logs.append(rows))).toEqual(["committed", "committed"]);
    expect(await head()).toMatchObject({ seq: 3, holes: [] });
  });

  test("refuses, once it is known to be away, and takes rows again when it is back", async () => {
    await storage.logs.append([aRow(1)]);
    const { handle } = await head();
    await proxy.refuse();
    proxy.cut();
    const lost = aRow(2, { handle });
    await expect(storage.logs.append([lost])).rejects.toMatchObject({ name: expect.stringMatching(/ERR_(MISSION|OPERATION)_FAILED/) });
    await expect(storage.logs.append([aRow(2, { handle })])).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED" });
    await expect(storage.history.byId(DIRECT.app, lost.id)).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED" });
    await proxy.pass();
    expect(kindsOf(await storage.logs.append([lost]))).toEqual(["committed"]);
  }, 30_000);
});
