// H4: the suites are tested. The product is broken on purpose through its ports, and the checkers must say so. What breaks
// only between two writers of one log is in services/messaging/src/log/two-writers.test.ts; the missing sweeper is in f02, the simulation's own break in h7.
import { afterEach, describe, expect, it } from "vitest";
import type { EventLog } from "@parlance/platform/eventlog";
import { checkAll, temporaryFolder, type InvariantName, type TemporaryFolder } from "@parlance/platform/testing";
import { overStore, withoutDedupe, type Store } from "./kit/over-store.js";
import type { Society } from "./kit/pairs.js";
import { toGroup, toUser } from "./kit/places.js";
import { RecordedRun, succeed } from "./kit/recorded-run.js";

const society: Society = {
  uids: ["alice", "bob"], pairs: [["alice", "bob"]], groups: [{ guid: "book-club", members: ["alice", "bob"] }],
};
const CLUB = toGroup("book-club");
const BOB = toUser("bob");
const CHECKED: readonly InvariantName[] = ["I1", "I2", "I3", "I4", "I5", "I6", "I9", "I13", "I15"];

let run: RecordedRun | undefined;
let folder: TemporaryFolder | undefined;

afterEach(async () => {
  await run?.stop();
  folder?.remove();
  run = folder = undefined;
});

/** Which invariants the checkers find violated. Quiet: these violations are what the test wants. */
async function broken(of: RecordedRun, present = society): Promise<readonly string[]> {
  const dump = await of.dump(present);
  const conversations = dump.conversations.map((each) => each.founders === undefined ? each : { ...each, founders: society.uids });
  return [...new Set(checkAll(of.history, { ...dump, conversations }, CHECKED).violations.map(({ invariant }) => invariant))];
}

/** Acks at once what a crash then takes along. */
function ackBeforeCommit(store: Store): Store {
  return overStore(store, {
    append: async (rows) => {
      if (!rows.some(({ body }) => Buffer.from(body).includes("doomed"))) return store.append(rows);
      return rows.map(({ handle }) => ({ kind: "committed", position: 0, handle, target: undefined }));
    },
  });
}

/** Loses one kind of record. */
function losing(log: EventLog, kind: string): EventLog {
  const append = log.append.bind(log);
  log.append = (records) => append(records.filter(({ headers }) => headers.kind !== kind));
  return log;
}

describe("H4: a product that is broken on purpose turns the suites red", () => {
  it("not at all when nothing is broken", async () => {
    run = await RecordedRun.start(society);
    const [alice, bob] = [await run.connect("alice"), await run.connect("bob")];
    await alice.send({ place: BOB, muid: "one", text: "hello" });
    await alice.send({ place: BOB, muid: "one", text: "hello" }, 2);
    await succeed(alice, "group.KickMember", { guid: CLUB.id, uid: bob.uid });
    await alice.send({ place: CLUB, muid: "two", text: "among us" });
    await run.settle();
    expect(await broken(run, { ...society, groups: [{ guid: CLUB.id, members: ["alice"] }] })).toEqual([]);
  });

  it("acks before the commit: acked rows are lost in a crash (I1)", async () => {
    folder = temporaryFolder();
    const env = { PARLANCE_STANDALONE_DATA: folder.path };
    const first = await RecordedRun.start(society, { env, wrapLogStore: ackBeforeCommit });
    const alice = await first.connect("alice");
    await alice.send({ place: BOB, muid: "one", text: "hello" });
    expect((await alice.send({ place: BOB, muid: "two", text: "doomed" })).outcome).toBe("ok");
    await alice.drop();
    await first.platform.stop();
    run = await RecordedRun.over(first, society, { env });
    await alice.connect(run.port);
    expect(await broken(run)).toContain("I1");
  });

  it("no dedupe: a resend is stored twice (I2)", async () => {
    run = await RecordedRun.start(society, { wrapLogStore: withoutDedupe });
    const alice = await run.connect("alice");
    await alice.send({ place: BOB, muid: "one", text: "hello" });
    await alice.send({ place: BOB, muid: "one", text: "hello" }, 2);
    expect(await broken(run)).toContain("I2");
  });

  it("member rows that never reach the gateway: rows come to one who was kicked (I13)", async () => {
    run = await RecordedRun.start(society, { wrapEventLog: (log) => losing(log, "memberRow") });
    const [alice, bob] = [await run.connect("alice"), await run.connect("bob")];
    await succeed(alice, "group.KickMember", { guid: CLUB.id, uid: bob.uid });
    await alice.send({ place: CLUB, muid: "one", text: "among us" });
    await run.settle();
    expect(await broken(run, { ...society, groups: [{ guid: CLUB.id, members: ["alice"] }] })).toContain("I13");
  });
});
