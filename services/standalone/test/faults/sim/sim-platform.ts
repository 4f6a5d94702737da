import { fail } from "@parlance/platform/errors";
import type { EventLog, LogRecord } from "@parlance/platform/eventlog";
import { seededRandom, type Random } from "@parlance/platform/random";
import { createJsonCodec, type JsonCodec } from "@parlance/platform/rpc";
import { ManualClock } from "@parlance/platform/time";
import { TestPlatform } from "../../testing/test-platform.js";
import { overStore, type Store } from "../kit/over-store.js";

/** The faults of the run that goes on now. */
export interface SimFaults {
  readonly random: Random;
  readonly storeDelayMaxMs: number;
  /** Share of commits whose answer is lost. */
  readonly lostCommits: number;
  /** Share of records that every reader of the event log gets twice. */
  readonly doubledRecords: number;
}

/** All services in one process on a manual clock; one platform serves many runs, each with an app of its own. */
export class SimPlatform {
  readonly clock = new ManualClock();
  readonly codec: JsonCodec = createJsonCodec();
  faults: SimFaults | undefined;
  onRecords: (records: readonly LogRecord[]) => void = () => undefined;
  #platform: TestPlatform | undefined;

  /** `broken`: what the store does wrong on purpose. */
  static async start(broken: (store: Store) => Store = (store) => store): Promise<SimPlatform> {
    const sim = new SimPlatform();
    sim.#platform = await TestPlatform.start({
      clock: sim.clock, random: seededRandom(1),
      wrapEventLog: (log) => sim.#doubling(log), wrapLogStore: (store) => sim.#faulty(broken(store)),
    });
    return sim;
  }

  get platform(): TestPlatform {
    if (this.#platform === undefined) throw new Error("the platform is not started");
    return this.#platform;
  }

  #doubling(log: EventLog): EventLog {
    const append = log.append.bind(log);
    log.append = (records) => append(records.flatMap((record) => this.#draws("doubledRecords") ? [record, record] : [record]));
    log.follow(["events"], (records) => this.onRecords(records));
    return log;
  }

  #faulty(store: Store): Store {
    return overStore(store, {
      append: async (rows) => {
        await this.#delay();
        const outcomes = await store.append(rows);
        await this.#delay();
        if (this.#draws("lostCommits")) throw fail("ERR_MISSION_FAILED", "injected");
        return outcomes;
      },
    });
  }

  #draws(fault: "lostCommits" | "doubledRecords"): boolean {
    return this.faults !== undefined && this.faults.random.next() < this.faults[fault];
  }

  async #delay(): Promise<void> {
    const { faults } = this;
    if (faults === undefined || faults.storeDelayMaxMs === 0) return;
    await this.clock.sleep(faults.random.int(faults.storeDelayMaxMs + 1));
  }
}
