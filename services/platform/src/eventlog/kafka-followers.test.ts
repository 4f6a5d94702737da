import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../time/index.js";
import type { LogRecord, LostRecords } from "./port.js";
import { createPartitionOf, LazyRecord } from "./kafka-records.js";
import {
  dropTopics, KafkaLives, testBroker, until, withAdmin, type KafkaFixture,
} from "./testing/kafka-place.js";
import { note, wordsOf } from "./testing/note.js";

const ALICE = "app1/u:alice";
const partition = createPartitionOf()("events", ALICE);
const broker = testBroker();

function notes(from: number, to: number): LogRecord[] {
  return Array.from({ length: to - from }, (_, i) => note({ key: ALICE, says: `${from + i}` }));
}

describe.skipIf(broker === undefined)("a follower of the Kafka event log", () => {
  let lives: KafkaLives;

  beforeEach(() => {
    lives = new KafkaLives(broker!);
  });
  afterEach(() => lives.close());

  /** A follower that is away while `meanwhile` happens, and what it hears. */
  async function away(meanwhile: (writer: KafkaFixture) => Promise<void>) {
    const { log, proxy } = await lives.open();
    const heard: string[] = [];
    const lost: LostRecords[] = [];
    const onLost = (gone: readonly LostRecords[]): void => {
      heard.push("lost");
      lost.push(...gone);
    };
    await log.follow(["events"], (records) => heard.push(...wordsOf(records)), { onLost }).ready;
    const writer = await lives.open();
    await writer.log.append(notes(0, 3));
    await until(() => heard.length === 3);
    const refused = proxy.refuse();
    proxy.cut();
    await refused;
    await meanwhile(writer);
    await proxy.pass();
    return { heard, lost };
  }

  it("gets what another process appends as soon as it is ready", async () => {
    const writer = await lives.open();
    const { log } = await lives.open();
    const got: LogRecord[] = [];
    await log.follow(["events"], (records) => got.push(...records)).ready;
    await writer.log.append(notes(0, 10));
    await until(() => got.length === 10);
    expect(wordsOf(got)).toEqual(wordsOf(notes(0, 10)));
  });

  it("says up to where records were handed out, in the same step, and another process's follower means the same by it (R8)", async () => {
    const [one, other] = [await lives.open(), await lives.open()];
    await one.log.append(notes(0, 4));
    const inStep: boolean[] = [];
    const followings = [one, other].map(({ log }) => {
      const following = log.follow(["events"], (records) => {
        const positions = following.positions?.();
        inStep.push(records.every(({ partition: at, offset }) => offset! <= (positions?.[at!] ?? 0)));
      });
      return following;
    });
    expect(followings.map(({ positions }) => positions!())).toEqual([undefined, undefined]);
    for (const { ready } of followings) await ready;
    const [before] = followings.map(({ positions }) => [...positions!()!]);
    expect(before!.length).toBeGreaterThan(1);
    expect(before![partition]).toBe(4);
    await other.log.append(notes(4, 6));
    const after = before!.with(partition, 6);
    await until(() => followings.every(({ positions }) => positions!()![partition] === 6));
    expect(followings.map(({ positions }) => positions!())).toEqual([after, after]);
    expect(inStep.length).toBeGreaterThan(1);
    expect(inStep).not.toContain(false);
  });

  it("is told what was deleted before it read it, and goes on behind that (E8)", async () => {
    const { heard, lost } = await away(async (writer) => {
      await writer.log.append(notes(3, 10));
      await withAdmin(broker!, async (admin) => {
        // kafkajs deletes only of topics it has been asked about.
        await admin.fetchTopicOffsets(`${lives.prefix}events`);
        await admin.deleteTopicRecords({ topic: `${lives.prefix}events`, partitions: [{ partition, offset: "8" }] });
      });
    });
    await until(() => heard.includes("9"));
    expect(heard).toEqual(["0", "1", "2", "lost", "8", "9"]);
    expect(lost).toEqual([{ topic: "events", partition, records: 5 }]);
  });

  it("is told that the log is another one, and reads that from its start (E8, E16)", async () => {
    const { heard, lost } = await away(async (writer) => {
      await writer.log.stop();
      await dropTopics(broker!, lives.prefix);
      // A broker hears of it a little later, and takes records until then.
      await withAdmin(broker!, (admin) => until(async () => (await admin.listTopics()).every((topic) => !topic.startsWith(lives.prefix))));
      const other = await lives.open();
      await other.log.append(notes(7, 8));
    });
    await until(() => heard.includes("7"));
    expect(heard).toEqual(["0", "1", "2", "lost", "7"]);
    expect(lost).toEqual([{ topic: "events", partition, records: undefined }]);
  });

  it("knows that it does not know how far it is behind while the broker is away (E20)", async () => {
    const { log, proxy } = await lives.open();
    await log.follow(["events"], () => undefined).ready;
    await log.append(notes(0, 3));
    await until(() => log.caughtUp());
    expect(log.followerLag).toEqual({ records: 0, ms: 0 });
    const cutAt = systemClock().monotonic();
    proxy.halfOpen();
    await until(() => log.followerLag.ms > 2_000);
    expect(systemClock().monotonic() - cutAt).toBeGreaterThan(1_900);
    await proxy.pass();
    await until(() => log.followerLag.ms === 0);
  });
});

describe("a record as a follower gets it", () => {
  it("has the key without its headers being decoded", () => {
    const headers = { get id(): Buffer { throw new Error("decoded"); } };
    const message = { offset: "4", timestamp: "0", key: Buffer.from(ALICE), value: Buffer.from("words"), headers };
    const record = new LazyRecord("events", 3, message);
    expect(record.key).toBe(ALICE);
    expect(record.offset).toBe(5);
    expect(() => record.headers).toThrow("decoded");
  });
});
