/**
 * What every adapter of the event-log port keeps (H10). An adapter's test calls eventLogContract with a way to open
 * a log; a second log opened at the same place continues the first one.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeadLetter, EventLog, EventMeta, GroupDeclaration, HandlerAnswer, LogRecord } from "./port.js";
import { note, POISON, wordsOf, type Note } from "./testing/note.js";

export type LogFixture = {
  /** Started; decodes with decodeNote. */
  readonly log: EventLog<Note>;
  readonly deadLetters: () => Promise<readonly DeadLetter[]>;
  /** Lets time pass until it holds; rejects when it never does. */
  readonly until: (holds: () => boolean | Promise<boolean>) => Promise<void>;
  /** Ends it as kill -9 would: positions that were not stored are lost. */
  readonly crash: () => Promise<void>;
};

export type LogPlace = {
  /** `groups` are the same at each opening. */
  open(groups: readonly GroupDeclaration[]): Promise<LogFixture>;
  close(): Promise<void>;
};

const SEARCH: GroupDeclaration = { name: "search", kinds: ["noted"] };
const ALICE = "app1/u:alice";
const BOB = "app1/u:bob";

type Seen = { readonly says: string; readonly meta: EventMeta };

/** A handler that remembers, and answers what the test says. */
function recorder(answer: (seen: Seen) => HandlerAnswer | void | Promise<HandlerAnswer | void> = () => "done") {
  const seen: Seen[] = [];
  return {
    seen,
    words: () => seen.map((each) => each.says),
    handlers: {
      noted: async (event: Note, meta: EventMeta) => {
        seen.push({ says: event.says, meta });
        return answer({ says: event.says, meta });
      },
    },
  };
}

function series(key: string, count: number): LogRecord[] {
  return Array.from({ length: count }, (_, i) => note({ key, says: `${key} ${i}` }));
}

export function eventLogContract(adapter: string, makePlace: () => Promise<LogPlace>): void {
  describe(`event log contract: ${adapter}`, () => {
    let place: LogPlace;
    let fixture: LogFixture;

    const open = async () => (fixture = await place.open([SEARCH]));
    const settled = () => fixture.until(() => fixture.log.caughtUp());

    beforeEach(async () => {
      place = await makePlace();
      await open();
    });
    afterEach(async () => {
      await place.close();
    });

    describe("followers", () => {
      it("get the bytes and headers that were appended, each of them everything", async () => {
        const got: LogRecord[][] = [[], []];
        for (const into of got) fixture.log.follow(["events"], (records) => into.push(...records));
        const sent = { ...note({ key: ALICE, says: "hello" }) };
        const record = { ...sent, headers: { ...sent.headers, origin: "s1", except: "bob" } };
        await fixture.log.append([record]);
        await fixture.until(() => got.every((into) => into.length === 1));
        for (const into of got) expect(into[0]).toMatchObject(record);
      });

      it("start at the end, and get nothing after they close", async () => {
        await fixture.log.append([note({ key: ALICE, says: "before" })]);
        const got: string[] = [];
        const subscription = fixture.log.follow(["events"], (records) => got.push(...wordsOf(records)));
        await fixture.log.append([note({ key: ALICE, says: "during" })]);
        await fixture.until(() => got.length > 0);
        await subscription.close();
        await fixture.log.append([note({ key: ALICE, says: "after" })]);
        await settled();
        expect(got).toEqual(["during"]);
      });

      it("get the topics they follow and no other", async () => {
        const live: string[] = [];
        const both: string[] = [];
        fixture.log.follow(["live"], (records) => live.push(...wordsOf(records)));
        fixture.log.follow(["live", "events"], (records) => both.push(...wordsOf(records)));
        const typing = note({ key: ALICE, says: "typing", topic: "live" });
        await fixture.log.append([typing, note({ key: ALICE, says: "fact" })]);
        await fixture.until(() => both.length === 2 && live.length > 0);
        await settled();
        expect(live).toEqual(["typing"]);
        expect([...both].sort()).toEqual(["fact", "typing"]);
      });

      it("see each key in the order of the appends", async () => {
        const got: LogRecord[] = [];
        fixture.log.follow(["events"], (records) => got.push(...records));
        const keys = Array.from({ length: 40 }, (_, i) => `app1/g:group${i}`);
        await Promise.all(keys.map((key) => fixture.log.append(series(key, 25))));
        await fixture.until(() => got.length === 1_000);
        for (const key of keys) {
          expect(wordsOf(got.filter((record) => record.key === key))).toEqual(wordsOf(series(key, 25)));
        }
      });
    });

    describe("groups", () => {
      it("handle each key in the order of the appends, whatever the handlers take", async () => {
        const slow = recorder(async ({ says }) => {
          for (let turns = says.length % 3; turns > 0; turns -= 1) await Promise.resolve();
        });
        fixture.log.consume("search", "events", slow.handlers);
        const keys = Array.from({ length: 40 }, (_, i) => `app1/g:group${i}`);
        await Promise.all(keys.map((key) => fixture.log.append(series(key, 25))));
        await fixture.until(() => slow.seen.length === 1_000);
        for (const key of keys) {
          const words = slow.seen.filter((each) => each.meta.key === key).map((each) => each.says);
          expect(words).toEqual(wordsOf(series(key, 25)));
        }
      });

      it("each get everything, from the earliest record kept", async () => {
        await fixture.log.append(series(ALICE, 3));
        const first = recorder();
        const second = recorder();
        fixture.log.consume("search", "events", first.handlers);
        fixture.log.consume("notifier", "events", second.handlers);
        await settled();
        expect(first.words()).toEqual(wordsOf(series(ALICE, 3)));
        expect(second.words()).toEqual(wordsOf(series(ALICE, 3)));
      });

      it("continue where they were after a restart, with what came while they were away", async () => {
        const before = recorder();
        fixture.log.consume("search", "events", before.handlers);
        await fixture.log.append([note({ key: ALICE, says: "one" })]);
        await settled();
        await fixture.log.stop();
        await open();
        await fixture.log.append([note({ key: ALICE, says: "two" })]);
        const after = recorder();
        fixture.log.consume("search", "events", after.handlers);
        await settled();
        expect(before.words()).toEqual(["one"]);
        expect(after.words()).toEqual(["two"]);
      });

      it("get a record again, under the same id, after a crash between effect and checkpoint (E7)", async () => {
        let crashed: Promise<void> | undefined;
        const before = recorder(() => {
          crashed ??= fixture.crash();
          return "done";
        });
        fixture.log.consume("search", "events", before.handlers);
        await fixture.log.append([note({ key: ALICE, says: "one" })]);
        await fixture.until(() => crashed !== undefined);
        await crashed;
        await open();
        const after = recorder();
        fixture.log.consume("search", "events", after.handlers);
        await settled();
        expect(after.words()).toEqual(["one"]);
        expect(after.seen[0]?.meta.id).toBe(before.seen[0]?.meta.id);
        expect(after.seen[0]?.meta.offset).toBe(before.seen[0]?.meta.offset);
      });

      it("get a record again that was under way at a crash, though later ones had been handled", async () => {
        const before = recorder(({ says }) => (says === "held" ? new Promise<void>(() => undefined) : "done"));
        fixture.log.consume("search", "events", before.handlers);
        const others = Array.from({ length: 100 }, (_, i) => note({ key: `app1/u:user${i}`, says: "fine" }));
        await fixture.log.append([note({ key: ALICE, says: "held" }), ...others]);
        let polls = 0;
        await fixture.until(() => before.seen.length === 101 && (polls += 1) > 50);
        await fixture.crash();
        await open();
        const after = recorder();
        fixture.log.consume("search", "events", after.handlers);
        await settled();
        expect(after.words()).toContain("held");
      });

      it("skip kinds they have no handler for (E21)", async () => {
        const heard = recorder();
        fixture.log.consume("search", "events", heard.handlers);
        await fixture.log.append([
          note({ key: ALICE, says: "one" }),
          note({ key: ALICE, says: "odd", kind: "unknown" }),
          note({ key: ALICE, says: "two" }),
        ]);
        await settled();
        expect(heard.words()).toEqual(["one", "two"]);
        expect(await fixture.log.lag("search")).toBe(0);
      });

      it("know how far they are behind", async () => {
        await fixture.log.append(series(ALICE, 5));
        expect(await fixture.log.lag("search")).toBe(5);
        fixture.log.consume("search", "events", recorder().handlers);
        await settled();
        expect(await fixture.log.lag("search")).toBe(0);
      });

      it("hand out nothing after they close, and what had begun ends first", async () => {
        let release: (() => void) | undefined;
        const held = recorder(() => new Promise<void>((resolve) => (release = resolve)));
        const subscription = fixture.log.consume("search", "events", held.handlers);
        await fixture.log.append(series(ALICE, 2));
        await fixture.until(() => release !== undefined);
        let closed = false;
        const closing = subscription.close().then(() => (closed = true));
        await Promise.resolve();
        expect(closed).toBe(false);
        release?.();
        await closing;
        const next = recorder();
        fixture.log.consume("search", "events", next.handlers);
        await settled();
        expect(held.words()).toEqual([`${ALICE} 0`]);
        expect(next.words()).toEqual([`${ALICE} 1`]);
      });
    });

    describe("handlers that fail", () => {
      it("are asked again until they succeed, and the channel waits", async () => {
        const flaky = recorder(({ says, meta }) => (says === "one" && meta.attempt < 4 ? "retry" : "done"));
        fixture.log.consume("search", "events", flaky.handlers);
        await fixture.log.append([note({ key: ALICE, says: "one" }), note({ key: ALICE, says: "two" })]);
        await settled();
        expect(flaky.words()).toEqual(["one", "one", "one", "one", "two"]);
        expect(flaky.seen.map((each) => each.meta.attempt)).toEqual([1, 2, 3, 4, 1]);
        expect(await fixture.deadLetters()).toEqual([]);
      });

      it("do not make other channels wait", async () => {
        let blocked = true;
        const uneven = recorder(({ meta }) => (meta.key === ALICE && blocked ? "retry" : "done"));
        fixture.log.consume("search", "events", uneven.handlers);
        const others = Array.from({ length: 60 }, (_, i) => note({ key: `app1/g:group${i}`, says: "fine" }));
        await fixture.log.append([note({ key: ALICE, says: "stuck" }), ...others]);
        await fixture.until(() => {
          const stuck = uneven.seen.filter((each) => each.meta.key === ALICE);
          expect(stuck.length, "the others are done before the second attempt").toBeLessThan(5);
          return uneven.seen.length - stuck.length === 60;
        });
        blocked = false;
        await settled();
      });

      it("leave a dead letter with all its fields after five attempts, and the channel goes on (E11–E13)", async () => {
        const stubborn = recorder(({ says }) => (says === "bad" ? "retry" : "done"));
        fixture.log.consume("search", "events", stubborn.handlers);
        const bad = note({ key: ALICE, says: "bad" });
        const record = { ...bad, headers: { ...bad.headers, origin: "s1" } };
        await fixture.log.append([record, note({ key: ALICE, says: "next" })]);
        await settled();
        expect(stubborn.words()).toEqual(["bad", "bad", "bad", "bad", "bad", "next"]);
        const [letter, ...rest] = await fixture.deadLetters();
        expect(rest).toEqual([]);
        const { partition, offset } = stubborn.seen[0]!.meta;
        expect(letter).toMatchObject({
          topic: "events", partition, offset, key: ALICE, headers: record.headers, consumer: "search",
          errorCode: "ERR_OPERATION_FAILED", attempts: 5,
        });
        expect(letter?.atMs).toBeGreaterThan(0);
        expect(new Uint8Array(letter!.value)).toEqual(bad.value);
      });

      it("end in a dead letter at once when they say so", async () => {
        const final = recorder(() => "dead");
        fixture.log.consume("search", "events", final.handlers);
        await fixture.log.append([note({ key: ALICE, says: "bad" })]);
        await settled();
        expect(final.words()).toEqual(["bad"]);
        expect(await fixture.deadLetters()).toMatchObject([{ attempts: 1, consumer: "search" }]);
      });

      it("may throw: it counts as a failed attempt and goes no further", async () => {
        const thrower = recorder(() => {
          throw new Error("broken handler");
        });
        fixture.log.consume("search", "events", thrower.handlers);
        await fixture.log.append([note({ key: ALICE, says: "bad" })]);
        await settled();
        expect(thrower.seen.length).toBe(5);
        expect(await fixture.deadLetters()).toMatchObject([{ attempts: 5, errorCode: "ERR_EXCEPTION" }]);
      });

      it("that never answer are given up after 10 s, and told", async () => {
        const silent = recorder(({ says }) => (says === "bad" ? new Promise<void>(() => undefined) : "done"));
        fixture.log.consume("search", "events", silent.handlers);
        await fixture.log.append([note({ key: ALICE, says: "bad" }), note({ key: ALICE, says: "next" })]);
        await settled();
        expect(silent.words()).toEqual(["bad", "next"]);
        expect(silent.seen[0]?.meta.signal.aborted).toBe(true);
        expect(await fixture.deadLetters()).toMatchObject([{ attempts: 1, errorCode: "ERR_MISSION_FAILED" }]);
      });

      it("never see a poison record: it is a dead letter at once and stops nobody (F10)", async () => {
        const heard = recorder();
        fixture.log.consume("search", "events", heard.handlers);
        const poison = { ...note({ key: ALICE, says: "poison" }), value: POISON };
        await fixture.log.append([poison, note({ key: ALICE, says: "next" }), note({ key: BOB, says: "other" })]);
        await settled();
        expect(heard.words().sort()).toEqual(["next", "other"]);
        expect(await fixture.deadLetters()).toMatchObject([{ attempts: 0, errorCode: "ERR_BAD_REQUEST", key: ALICE }]);
      });
    });

    it("refuses a record that is too large for good, and takes nothing of the call", async () => {
      const got: LogRecord[] = [];
      fixture.log.follow(["events"], (records) => got.push(...records));
      const huge = { ...note({ key: ALICE, says: "huge" }), value: new Uint8Array(1024 * 1024 + 1) };
      const refused = fixture.log.append([note({ key: ALICE, says: "fine" }), huge]);
      await expect(refused).rejects.toMatchObject({ name: "ERR_PAYLOAD_TOO_LARGE" });
      await settled();
      expect(got).toEqual([]);
      expect(await fixture.log.lag("search")).toBe(0);
    });

    it("shares nothing with another log in the same process", async () => {
      const otherPlace = await makePlace();
      const other = await otherPlace.open([SEARCH]);
      const heard = recorder();
      const got: LogRecord[] = [];
      other.log.consume("search", "events", heard.handlers);
      other.log.follow(["events"], (records) => got.push(...records));
      await fixture.log.append([note({ key: ALICE, says: "hello" })]);
      await other.until(() => other.log.caughtUp());
      expect(heard.words()).toEqual([]);
      expect(got).toEqual([]);
      await otherPlace.close();
    });
  });
}
