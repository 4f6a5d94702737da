import { Category } from "@parlance/proto/messaging/v1/message";
import { ManualClock } from "@parlance/platform/time";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { APP, BOB, DIRECT, TEAM, aRow, joined, store } from "../../testing/store-bench.js";
import type { MessagingStorage, SyncAnswer, SyncPoint } from "../ports.js";
import { mongoAddress, openMongoBench, type MongoBench } from "./testing/mongo-bench.js";

const address = mongoAddress();

const BOUNDS = { others: true, rowsMax: 5, conversationsMax: 3, bytesMax: 1_000_000 };
const CURSORS = [{ ref: DIRECT.ref, seq: 2 }, { ref: TEAM.ref, seq: 1 }];

describe.skipIf(address === undefined)("a sync on MongoDB by a client that missed nothing", () => {
  let bench: MongoBench;
  let clock: ManualClock;
  let pod: { readonly storage: MessagingStorage; asked(): string[] };

  beforeAll(async () => {
    bench = await openMongoBench(address!);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.clear();
    clock = new ManualClock();
    pod = bench.openCounted(clock);
    const stores = { ...bench.open(clock), close: () => Promise.resolve() };
    await store(stores, aRow(1), aRow(2));
    await store(stores, aRow(1, { conversation: TEAM, category: Category.ACTION, type: "groupMember", countable: false, member: joined(BOB, 1) }));
  });

  const changes = (since: SyncPoint | undefined, cursors = CURSORS): Promise<SyncAnswer> =>
    pod.storage.views.changesSince(APP, BOB, { ...BOUNDS, since, cursors });

  /** A point that lies a minute behind everything that happened. */
  async function settledPoint(): Promise<SyncPoint> {
    await clock.advance(60_000);
    return (await bench.open(clock).views.changesSince(APP, BOB, { ...BOUNDS, since: undefined, cursors: [] })).point;
  }

  it("asks a fixed number of times, however many its conversations, and less once the ends of their logs were seen", async () => {
    const since = await settledPoint();
    pod.asked();
    expect((await changes(since)).entries).toEqual([]);
    const cold = pod.asked().sort();
    expect(cold.filter((each) => each !== "rows")).toEqual(["published", "views", "views"]);
    expect((await changes(since)).entries).toEqual([]);
    expect(pod.asked().sort()).toEqual(["rows", "views", "views"]);
  });

  it("sees at once what another pod has written behind the end that was seen", async () => {
    const since = await settledPoint();
    await changes(since);
    await store({ ...bench.open(clock), close: () => Promise.resolve() }, aRow(3));
    pod.asked();
    expect((await changes(since)).entries).toMatchObject([{ ref: DIRECT.ref, rows: [{ seq: 3 }] }]);
  });

  it("asks when groups were erased only if the view is younger than the point", async () => {
    const { point } = await changes(undefined, []);
    pod.asked();
    await changes(point);
    expect(pod.asked()).toContain("erased");
  });
});
