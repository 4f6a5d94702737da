/** The broker itself stops, dies and comes back: these tests have one of their own, started as `deploy/local` does. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder, type TemporaryFolder } from "../testing/index.js";
import { systemClock } from "../time/index.js";
import { newPrefix, openKafkaLog, testBroker, until, type KafkaFixture } from "./testing/kafka-place.js";
import { note, wordsOf } from "./testing/note.js";

const script = fileURLToPath(new URL("../../../../deploy/local/cluster.mjs", import.meta.url));
const KEYS = ["app1/u:alice", "app1/u:bob", "app1/g:carol"];
const BACK_WITHIN_MS = 60_000;
const clock = systemClock();

describe.skipIf(testBroker() === undefined)("the Kafka event log, when its broker", () => {
  let folder: TemporaryFolder;
  let life: KafkaFixture;
  const acked: string[] = [];
  const heard: string[] = [];
  const followed: string[] = [];

  const cluster = (command: string) =>
    promisify(execFile)(process.execPath, [script, command, "--only", "kafka", "--data", folder.path]);
  const signal = (name: NodeJS.Signals) => process.kill(Number(readFileSync(join(folder.path, "kafka", "pid"), "utf8")), name);

  beforeAll(async () => {
    folder = temporaryFolder();
    const { stdout } = await cluster("start");
    life = await openKafkaLog(/PARLANCE_KAFKA_BROKERS=(\S+)/.exec(stdout)![1]!, newPrefix());
    life.log.consume("search", "events", { noted: async ({ says }) => void heard.push(says) });
    life.log.follow(["events"], (records) => followed.push(...wordsOf(records)));
  }, BACK_WITHIN_MS);
  afterAll(async () => {
    await life.log.stop();
    await life.proxy.stop();
    await cluster("stop");
    folder.remove();
  }, BACK_WITHIN_MS);

  /** As the relay does: what is refused is appended again, for ever, before what follows it. */
  async function appendFor(phase: string, goesOn: () => boolean): Promise<void> {
    await Promise.all(KEYS.map(async (key) => {
      for (let i = 0; goesOn() || i < 50; i += 1) {
        const record = note({ key, says: `${phase} ${key} ${i}` });
        while (!(await life.log.append([record]).then(() => true, () => false))) await clock.sleep(100);
        acked.push(`${phase} ${key} ${i}`);
        await clock.sleep(5);
      }
    }));
  }

  async function expectAll(): Promise<void> {
    const lastOf = (words: readonly string[], key: string) => [...new Set(words.filter((says) => says.includes(` ${key} `)))];
    await until(async () => heard.length >= acked.length && (await life.log.caughtUp()), BACK_WITHIN_MS);
    for (const key of KEYS) {
      expect(lastOf(heard, key)).toEqual(lastOf(acked, key));
      expect(lastOf(followed, key)).toEqual(lastOf(acked, key));
    }
  }

  /** For the table of faults: how long after the broker is back somebody handles again, and what it took. */
  async function tellRecovery(fault: string, backAtMs: number, heardBefore: number): Promise<void> {
    await until(() => heard.length > heardBefore, BACK_WITHIN_MS);
    const built = (await life.metrics.text()).match(/parlance_eventlog_(producers|consumers)_built\S* \d+/g)?.join(", ");
    process.stdout.write(`${fault}: handled again after ${Math.round(clock.monotonic() - backAtMs)} ms; ${built}\n`);
  }

  it("is there: everything is handled in order", async () => {
    await appendFor("calm", () => false);
    await expectAll();
  });

  it.each([5, 15])("stops for %i s and goes on: nothing is lost or turned round, without a restart (F3, K11)", async (seconds) => {
    let isOver = false;
    const appending = appendFor(`stop${seconds}`, () => !isOver);
    await clock.sleep(500);
    signal("SIGSTOP");
    await clock.sleep(seconds * 1_000);
    const heardBefore = heard.length;
    signal("SIGCONT");
    await tellRecovery(`broker stopped ${seconds} s`, clock.monotonic(), heardBefore);
    isOver = true;
    await appending;
    await expectAll();
  }, 2 * BACK_WITHIN_MS);

  it("is killed and started again after the session is over: nothing is lost or turned round (K11)", async () => {
    let isOver = false;
    const appending = appendFor("kill", () => !isOver);
    await clock.sleep(500);
    signal("SIGKILL");
    await clock.sleep(8_000);
    const heardBefore = heard.length;
    await cluster("start");
    await tellRecovery("broker killed and started again", clock.monotonic(), heardBefore);
    isOver = true;
    await appending;
    await expectAll();
  }, 2 * BACK_WITHIN_MS);
});
