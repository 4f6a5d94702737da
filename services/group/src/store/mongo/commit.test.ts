import { dropAndClose, openTestMongo, testMongoUri } from "@parlance/platform/mongo/testing";
import { PENDING_MAX, type Mongo } from "@parlance/platform/mongo";
import { appId, guid } from "@parlance/platform/ids";
import { ManualClock } from "@parlance/platform/time";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { refusalOf } from "../../testing/refusal.js";
import { groupOf } from "../../testing/rosters.js";
import type { GroupEdit, GroupStorage } from "../ports.js";
import { groupMongoStorage } from "./mongo-storage.js";

const uri = testMongoUri();
const APP = appId("acmechat");
const CLUB = guid("book-club");

/** A change with one fact. */
function editOf(revision: number): GroupEdit {
  const nobody = { put: [], remove: [] };
  const fact = { topic: "events" as const, key: "k", value: Uint8Array.of(revision), headers: { id: `f${revision}`, kind: "groupChanged" } };
  return { group: groupOf({ revision, name: `Club ${revision}` }), members: nobody, bans: nobody, joining: [], groupsMax: 3, pending: [], facts: [fact] };
}

describe.skipIf(uri === undefined)("when the event log is away", () => {
  let mongo: Mongo;
  let clock: ManualClock;
  let storage: GroupStorage;

  beforeEach(async () => {
    [mongo, clock] = [await openTestMongo(uri!), new ManualClock()];
    storage = groupMongoStorage({ ...mongo, clock });
    await storage.prepare();
    await storage.groups.create(APP, { ...editOf(1), facts: [] });
    for (let revision = 1; revision <= PENDING_MAX; revision += 1) await storage.groups.edit(APP, editOf(revision));
  });
  afterEach(() => dropAndClose(mongo));

  const revision = async () => (await storage.groups.state(APP, CLUB, [])).group?.revision;
  const facts = async () => (await storage.outbox.pending(100)).map(({ record }) => record.headers.id);

  /** Lets time pass until it is answered. */
  async function answered<R>(answer: Promise<R>): Promise<R> {
    let isAnswered = false;
    void answer.catch(() => undefined).finally(() => {
      isAnswered = true;
    });
    while (!isAnswered) {
      await revision();
      await clock.advance(50);
    }
    return answer;
  }

  test("so many changes of a group wait, and a further one is refused whole after a while", async () => {
    expect(await answered(refusalOf(storage.groups.edit(APP, editOf(17))))).toBe("ERR_OPERATION_FAILED");
    expect([await revision(), (await facts()).length]).toEqual([17, PENDING_MAX]);
    expect(await storage.groups.edit(APP, { ...editOf(17), facts: [] })).toEqual({ kind: "done" });
  });

  test("a change waits for the room that comes when it is back, and facts keep their order", async () => {
    const change = storage.groups.edit(APP, editOf(17));
    await revision();
    await clock.advance(100);
    const [first] = await storage.outbox.pending(1);
    await storage.outbox.published([first!.id]);
    expect(await answered(change)).toEqual({ kind: "done" });
    expect(await facts()).toEqual(Array.from({ length: PENDING_MAX }, (_, at) => `f${at + 2}`));
  });
});
