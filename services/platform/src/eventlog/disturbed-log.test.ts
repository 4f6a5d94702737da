import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../random/index.js";
import type { Sqlite } from "../sqlite/index.js";
import { duplicatingLog } from "./duplicating-log.js";
import type { EventLog, LogRecord } from "./port.js";
import { shufflingLog } from "./shuffling-log.js";
import { openLocalLog, openLogStore, type LocalFixture } from "./testing/local-place.js";
import { note, wordsOf, type Note } from "./testing/note.js";

const ALICE = "app1/u:alice";
const SEARCH = { name: "search", kinds: ["noted"] };

function notes(count: number): LogRecord[] {
  return Array.from({ length: count }, (_, i) => note({ key: ALICE, says: `${i}` }));
}

describe("logs that disturb", () => {
  let sqlite: Sqlite;
  let fixture: LocalFixture;
  beforeEach(async () => {
    sqlite = await openLogStore(":memory:");
    fixture = await openLocalLog(sqlite, { groups: [SEARCH] });
  });
  afterEach(async () => {
    await sqlite.stop();
  });

  /** An effect guarded by event id, as handlers must be (E6). */
  async function effectOf(log: EventLog<Note>): Promise<{ calls: number; effect: Map<string, string> }> {
    const effect = new Map<string, string>();
    let calls = 0;
    log.consume("search", "events", {
      noted: async ({ says }, { id }) => {
        calls += 1;
        effect.set(id, says);
      },
    });
    for (const record of notes(30)) await log.append([record]);
    await fixture.until(() => log.caughtUp());
    return { calls, effect };
  }

  it("give followers and groups every record twice, which idempotent handlers do not notice (F7)", async () => {
    const log = duplicatingLog(fixture.log);
    const got: string[] = [];
    log.follow(["events"], (records) => got.push(...wordsOf(records)));
    const { calls, effect } = await effectOf(log);
    expect(calls).toBe(60);
    expect([...effect.values()]).toEqual(wordsOf(notes(30)));
    expect(got).toEqual(notes(30).flatMap((record) => [...wordsOf([record]), ...wordsOf([record])]));
  });

  it("give followers another order within 20 records, all of them, and the same for the same seed (F8)", async () => {
    const orders: string[][] = [];
    for (const seed of [7, 7, 8]) {
      const log = shufflingLog(fixture.log, seededRandom(seed));
      const got: string[] = [];
      const subscription = log.follow(["events"], (records) => got.push(...wordsOf(records)));
      for (const record of notes(200)) await log.append([record]);
      await fixture.until(() => log.caughtUp());
      await subscription.close();
      orders.push(got);
    }
    const [first, again, other] = orders;
    const sent = wordsOf(notes(200));
    expect(first).not.toEqual(sent);
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    expect([...first!].sort()).toEqual([...sent].sort());
    first!.forEach((says, place) => expect(Number(says) - place).toBeLessThan(20));
  });

  it("give groups another order of what one call appended", async () => {
    const log = shufflingLog(fixture.log, seededRandom(7));
    const heard: string[] = [];
    log.consume("search", "events", { noted: async ({ says }) => void heard.push(says) });
    await log.append(notes(20));
    await fixture.until(() => log.caughtUp());
    expect(heard).not.toEqual(wordsOf(notes(20)));
    expect(heard.toSorted()).toEqual(wordsOf(notes(20)).toSorted());
  });
});
