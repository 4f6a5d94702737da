import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLog } from "../log/index.js";
import type { LogRecord } from "../eventlog/index.js";
import { systemClock } from "../time/index.js";
import { epochOf } from "./epoch.js";
import { changeGuarded, insertNew, type GuardedDoc } from "./guarded.js";
import { insertOrdered } from "./insert.js";
import { openMongo, type Mongo } from "./open.js";
import { clientOptions } from "./options.js";
import { MongoOutbox } from "./outbox.js";
import { PENDING_INDEX, PENDING_MAX, withFacts } from "./pending.js";
import { dropAndClose, openTestMongo, testMongoUri } from "./testing/index.js";

const uri = testMongoUri();

interface Counter extends GuardedDoc {
  readonly count: number;
}

function fact(id: string): LogRecord {
  return { topic: "events", key: "app/u:alice", value: Uint8Array.of(1, 2), headers: { id, kind: "noted", origin: "s1" } };
}

test("one server is asked directly, a replica set by its name is not", () => {
  expect(clientOptions("mongodb://u:p%40@db:27017/x?tls=true").directConnection).toBe(true);
  for (const set of ["mongodb://a,b/x", "mongodb://a/?replicaSet=rs0", "mongodb+srv://a/"]) {
    expect(clientOptions(set).directConnection).toBeUndefined();
  }
});

test("an address that cannot be one is refused without showing it", async () => {
  const refused = openMongo({ uri: "http://alice:geheim@db", database: "x", log: silentLog(), clock: systemClock() });
  await expect(refused).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED", message: expect.not.stringContaining("geheim") });
});

describe.skipIf(uri === undefined)("MongoDB", () => {
  let mongo: Mongo;
  const counters = () => mongo.collection<Counter>("counters");
  const count = (id: string, records: readonly LogRecord[] = []) =>
    changeGuarded({ collection: counters(), clock: mongo.clock }, id, (doc) => ({
      next: { ...doc, count: doc.count + 1, pending: withFacts(doc.pending, records, 5) }, answer: doc.count + 1,
    }));

  beforeAll(async () => {
    mongo = await openTestMongo(uri!);
    await mongo.declareIndexes([{ collection: "counters", indexes: [PENDING_INDEX] }]);
  });
  afterAll(() => dropAndClose(mongo));

  test("a database has one epoch, whoever asks (W19)", async () => {
    const random = { bytes: () => new Uint8Array(8).fill(7) };
    expect(mongo.epoch).toMatch(/^[0-9a-f]{16}$/);
    expect(await epochOf(mongo.db, random)).toBe(mongo.epoch);
  });

  test("indexes may be declared again, and one with other keys is refused by name", async () => {
    await mongo.declareIndexes([{ collection: "i", indexes: [{ name: "by_a", key: { a: 1, b: 1 }, unique: true }] }]);
    await mongo.declareIndexes([{ collection: "i", indexes: [{ name: "by_a", key: { a: 1, b: 1 }, unique: true }] }]);
    await expect(mongo.declareIndexes([{ collection: "i", indexes: [{ name: "by_a", key: { b: 1 } }] }]))
      .rejects.toMatchObject({ name: "ERR_OPERATION_FAILED", message: expect.stringContaining("i.by_a") });
  });

  test("an ordered insert says how many are stored and which was refused", async () => {
    const rows = mongo.collection<{ _id: number }>("rows");
    expect(await insertOrdered(rows, [{ _id: 1 }, { _id: 2 }])).toEqual({ accepted: 2 });
    expect(await insertOrdered(rows, [{ _id: 3 }, { _id: 2 }, { _id: 4 }])).toMatchObject({ accepted: 1, refusedIndex: 1 });
    expect((await rows.find().sort({ _id: 1 }).toArray()).map((row) => row._id)).toEqual([1, 2, 3]);
  });

  test("changes at the same time all count, and their facts stand in the document until they are published", async () => {
    expect(await insertNew(counters(), { _id: "one", rev: 0, pending: [], count: 0 })).toBe(true);
    expect(await insertNew(counters(), { _id: "one", rev: 0, pending: [], count: 9 })).toBe(false);
    await Promise.all(["a", "b", "c", "d"].map((id) => count("one", [fact(id)])));
    expect(await counters().findOne({ _id: "one" })).toMatchObject({ count: 4, rev: 4 });
    const outbox = new MongoOutbox(counters());
    const entries = await outbox.pending(3);
    expect(entries).toHaveLength(3);
    expect(entries[0]!.record).toEqual(fact(entries[0]!.record.headers.id));
    await outbox.published(entries.map(({ id }) => id));
    await outbox.published([...entries.map(({ id }) => id), 999]);
    const rest = await outbox.pending(10);
    expect(rest).toHaveLength(1);
    await outbox.published(rest.map(({ id }) => id));
    expect(await outbox.pending(10)).toEqual([]);
  });

  test("a change whose facts do not fit any more does not happen", async () => {
    await insertNew(counters(), { _id: "full", rev: 0, pending: [], count: 0 });
    for (let n = 0; n < PENDING_MAX; n += 1) await count("full", [fact(`${n}`)]);
    await expect(count("full", [fact("more")])).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED" });
    expect(await counters().findOne({ _id: "full" })).toMatchObject({ count: PENDING_MAX });
    expect(await count("nobody")).toBeUndefined();
  });
});

test("a store that is away is said so, in time and without its address", async () => {
  const away = openMongo({ uri: "mongodb://127.0.0.1:9/", database: "x", log: silentLog(), clock: systemClock() });
  await expect(away).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED", message: "the store cannot be opened" });
});
