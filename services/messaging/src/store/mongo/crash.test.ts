import { ManualClock } from "@parlance/platform/time";
import { Category, Message } from "@parlance/proto/messaging/v1/message";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mongoAddress, openMongoBench, type MongoBench } from "./testing/mongo-bench.js";
import { ALICE, APP, BOB, DIRECT, OTHER, TEAM, aRow, joined, kindsOf, store, textIn } from "../../testing/store-bench.js";
import type { MessagingStorage, NewRow, Publication } from "../ports.js";
import { rowDoc } from "./stored.js";

const address = mongoAddress();
const edit = (messageId: number, text: string) => ({
  change: { messageId, kind: "edit" as const, by: ALICE, edit: { body: { $case: "text" as const, value: { text } }, metadataJson: undefined, tags: undefined } },
  category: Category.ACTION, type: "message", countable: false,
});

describe.skipIf(address === undefined)("what a writer leaves when it dies", () => {
  let bench: MongoBench;
  let dead: MessagingStorage;
  let living: MessagingStorage;
  let clock: ManualClock;

  beforeAll(async () => {
    bench = await openMongoBench(address!);
  });
  afterAll(() => bench.close());
  beforeEach(() => {
    clock = new ManualClock();
    [dead, living] = [bench.open(), bench.open(clock)];
  });
  afterEach(() => bench.clear());

  const write = (by: MessagingStorage, ...rows: NewRow[]) => store({ ...by, close: () => Promise.resolve() }, ...rows);
  const handleOf = async (of = DIRECT) => (await living.logs.ends([of]))[0]!.handle;

  /** Commits a row as a writer does that dies before it carries out what the row says. */
  async function commitOnly(row: NewRow): Promise<void> {
    await bench.collections.rows.insertOne(rowDoc(row, await handleOf(row.conversation), 0));
  }

  /** Sweeps as a relay does until so much time has passed. */
  async function sweep(relay: Publication, ms: number): Promise<boolean> {
    let found = false;
    for (let passed = 0; passed <= ms; passed += 2_000) {
      found = (await relay.sweep()) || found;
      await clock.advance(2_000);
    }
    return found;
  }

  test("is found by another within 10 s, log by log in order (F2, W17)", async () => {
    await write(dead, aRow(1), aRow(2));
    await write(dead, aRow(1, { conversation: OTHER }));
    const relay = await living.logs.publication();
    expect(await sweep(relay, 2_000)).toBe(false);
    expect(await sweep(relay, 6_000)).toBe(true);
    const rows = await relay.unpublished(10);
    expect(rows.filter(({ conversation }) => conversation.ref === DIRECT.ref).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(rows).toHaveLength(3);
  });

  test("is not found while the writer lives, and what it has published is not said again", async () => {
    const its = await dead.logs.publication();
    const relay = await living.logs.publication();
    const [outcome] = await write(dead, aRow(1));
    its.published([{ ...aRow(1), position: outcome?.kind === "committed" ? outcome.position : 0 }]);
    await its.flush();
    expect(await sweep(relay, 120_000)).toBe(false);
    // All was published, so that nothing of it is left to look after.
    expect([await bench.collections.dirty.countDocuments(), await bench.collections.writers.countDocuments()]).toEqual([0, 0]);
  });

  test("is published before the rows of the one that takes the log over", async () => {
    await write(dead, aRow(1));
    const relay = await living.logs.publication();
    const [outcome] = await write(living, aRow(2));
    expect(relay.follows([{ ...aRow(2), position: outcome?.kind === "committed" ? outcome.position : 0 }])).toBe(false);
    expect((await relay.unpublished(10)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  describe("what it had published before its newest row", () => {
    beforeEach(async () => {
      const its = await dead.logs.publication();
      const [outcome] = await write(dead, aRow(1));
      its.published([{ ...aRow(1), position: outcome?.kind === "committed" ? outcome.position : 0 }]);
      await write(dead, aRow(2));
    });

    test("is not said again by the one that takes the log over (P11)", async () => {
      const relay = await living.logs.publication();
      await write(living, aRow(3));
      expect((await relay.unpublished(10)).map(({ seq }) => seq)).toEqual([2, 3]);
    });

    test("is not said again by the one that sweeps up after it (P11)", async () => {
      const relay = await living.logs.publication();
      expect(await sweep(relay, 6_000)).toBe(true);
      expect((await relay.unpublished(10)).map(({ seq }) => seq)).toEqual([2]);
    });
  });

  describe("a removal whose row is there", () => {
    const action = { conversation: TEAM, category: Category.ACTION, type: "groupMember", countable: false };
    const removal = (): NewRow => aRow(2, { ...action, muid: "@m:i1:2", member: joined(BOB, 2, { scope: 0 }) });

    beforeEach(async () => {
      await write(dead, aRow(1, { ...action, member: joined(BOB, 1) }));
      await commitOnly(removal());
    });

    test("is carried out when it is found by its key, before that is answered (P14)", async () => {
      expect((await living.logs.findByMuid(TEAM, ALICE, "@m:i1:2"))?.seq).toBe(2);
      expect(await living.views.find(TEAM, BOB)).toBeUndefined();
    });

    test("is carried out when it is submitted anew, before that is answered (P14)", async () => {
      expect(kindsOf(await write(living, removal()))).toEqual(["duplicate"]);
      expect(await living.views.find(TEAM, BOB)).toBeUndefined();
    });
  });

  test("an edit that was not applied is applied before it is published (W18)", async () => {
    const message = aRow(1);
    await write(dead, message);
    await commitOnly(aRow(2, edit(message.id, "better")));
    const relay = await living.logs.publication();
    await sweep(relay, 6_000);
    const rows = await relay.unpublished(10);
    expect(rows.map(({ target }) => textIn(target))).toEqual([undefined, "better"]);
    expect(textIn((await living.history.byId(APP, message.id))?.body)).toBe("better");
  });

  test("edits are applied in the order of the log by the one that takes it over, each once", async () => {
    const message = aRow(1);
    await write(dead, message);
    const tags = { ...edit(message.id, ""), change: { messageId: message.id, kind: "edit" as const, by: ALICE, edit: { body: undefined, metadataJson: undefined, tags: ["new"] } } };
    const lost = aRow(2, edit(message.id, "better"));
    await commitOnly(lost);
    expect(kindsOf(await write(living, aRow(3, tags)))).toEqual(["committed"]);
    const after = Message.decode((await living.history.byId(APP, message.id))!.body);
    expect(after).toMatchObject({ changeSeq: 3, tags: ["new"], body: { $case: "text", value: { text: "better" } } });
    // The dead one's command was only late.
    expect(kindsOf(await write(dead, lost))).toEqual(["committed"]);
    expect(Message.decode((await living.history.byId(APP, message.id))!.body)).toEqual(after);
  });

  test("an edit of a dead writer is applied before the next one of the same message also by one that has swept already", async () => {
    const message = aRow(1);
    await write(dead, message);
    await commitOnly(aRow(2, edit(message.id, "better")));
    const relay = await living.logs.publication();
    expect(await sweep(relay, 6_000)).toBe(true);
    await write(living, aRow(3, edit(message.id, "best")));
    expect(textIn((await living.history.byId(APP, message.id))?.body)).toBe("best");
    expect((await living.history.changeOf(APP, message.id, "edit"))?.seq).toBe(2);
  });

  test("a membership that was not applied is applied by the one that takes the log over", async () => {
    await write(dead, aRow(1, { conversation: TEAM, member: joined(ALICE, 1) }));
    await commitOnly(aRow(2, { conversation: TEAM, member: joined(BOB, 2, { sinceJoin: true }) }));
    expect(await living.views.find(TEAM, BOB)).toBeUndefined();
    await write(living, aRow(3, { conversation: TEAM }));
    expect(await living.views.find(TEAM, BOB)).toMatchObject({ scope: 1, floorSeq: 1, readSeq: 1 });
  });

  test("a conversation that was made without its first row gets its views with it", async () => {
    await write(dead, aRow(1));
    const handle = await handleOf();
    await bench.collections.rows.deleteMany({});
    await bench.collections.views.deleteMany({});
    expect(await write(living, aRow(1))).toMatchObject([{ kind: "committed", handle }]);
    expect(await living.views.find(DIRECT, BOB)).toBeDefined();
  });

  test("an erasure that was cut goes on when it is asked for again", async () => {
    await write(dead, aRow(1, { conversation: TEAM, member: joined(ALICE, 1) }), aRow(2, { conversation: TEAM }));
    const { rows } = bench.collections;
    const before = await rows.find({}).toArray();
    await dead.logs.erase(TEAM, "i1");
    // As if it had died before it deleted rows.
    await rows.insertMany(before);
    await bench.collections.erased.updateOne({ _id: `${TEAM.app}/${TEAM.ref}/i1` }, { $set: { h: before[0]!.h } });
    await living.logs.erase(TEAM, "i1");
    expect((await rows.find({}).toArray()).filter(({ v }) => v !== -1)).toEqual([]);
  });

  test("hundreds of rows submitted again are recognised without a read for each", async () => {
    const rows = Array.from({ length: 500 }, (_, i) => aRow(i + 1, { muid: `m${i}` }));
    await write(dead, ...rows);
    expect(new Set(kindsOf(await write(living, ...rows, aRow(501))))).toEqual(new Set(["committed"]));
    expect((await living.logs.ends([DIRECT]))[0]).toMatchObject({ seq: 501, holes: [] });
  });
});
