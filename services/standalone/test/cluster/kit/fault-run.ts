import { deepStrictEqual } from "node:assert/strict";
import { seededRandom, type Random } from "@parlance/platform/random";
import { checkAll, MemorySink, Recorder, type Dump, type History, type InvariantName, type Report } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { finalState } from "../../faults/kit/final-state.js";
import { conversationsOf, placesOf, type Society } from "../../faults/kit/pairs.js";
import type { Cluster } from "./cluster.js";
import { Load } from "./load.js";
import { Neighbours } from "./neighbours.js";
import { Readers } from "./readers.js";
import { Roamer } from "./roamer.js";
import { rowsOf, type Interval } from "./rows-of.js";
import { society } from "./society.js";
import { keep, type ClusterFaultRow } from "./table.js";

export const CHECKED: readonly InvariantName[] = ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I13", "I14", "I15"];
/** Goals of recovery are 15 s and less; waiting ends at five times that, so that slowness is told by the table and not by chance. */
export const LIVENESS_MS = 75_000;

export interface FaultRunOptions {
  /** Short and unique in the cluster: people and groups are named after it. */
  readonly name: string;
  readonly seed: number;
  readonly people?: Society;
  readonly paceMs?: number;
  /** Where clients connect; default: the gateways themselves. */
  readonly ports?: readonly number[];
}

const POLL_MS = 20;
const clock = systemClock();

/** One fault suite's load: people of its own on a cluster, what they do and see, and the verdict. */
export class FaultRun {
  readonly recorder: Recorder;
  readonly random: Random;
  readonly #sink = new MemorySink();
  readonly #intervals: Interval[] = [];
  readonly #notes = new Map<string, string>();

  private constructor(
    readonly cluster: Cluster, readonly options: FaultRunOptions, readonly people: Society, readonly tokens: ReadonlyMap<string, string>,
  ) {
    this.recorder = new Recorder(clock, this.#sink);
    this.random = seededRandom(options.seed);
  }

  roamers: readonly Roamer[] = [];
  load!: Load;
  #neighbours!: Neighbours;

  /** People are made, two devices of some are connected over all gateways, and all of them send. */
  static async start(cluster: Cluster, options: FaultRunOptions): Promise<FaultRun> {
    process.stdout.write(`\n${options.name}: PARLANCE_FAULT_SEED=${options.seed}\n`);
    const people = options.people ?? society(options.name.toLowerCase());
    const run = new FaultRun(cluster, options, people, await cluster.api.populate(people));
    await run.#connect();
    run.#neighbours = await Neighbours.start({ cluster, people, random: run.random, ports: run.#ports });
    run.load = new Load({
      clock, random: run.random, paceMs: options.paceMs ?? 250, now: () => run.recorder.now(),
      lanes: run.roamers.flatMap((roamer) => placesOf(people, roamer.client.uid).map((place) => ({ roamer, place }))),
    });
    run.load.start();
    await run.load.more(run.people.uids.length);
    return run;
  }

  get history(): History {
    return this.#sink.entries;
  }

  /** Copies of conversations that lack rows acked by now. */
  undelivered(): number {
    return this.#behind(this.load.heads).length;
  }

  get #ports(): readonly number[] {
    return this.options.ports ?? this.cluster.ports;
  }

  async #connect(): Promise<void> {
    const { api } = this.cluster;
    const ports = this.#ports;
    const devices = this.people.uids.flatMap((uid, index) => index % 5 === 0 ? [[uid, "phone", index], [uid, "laptop", index + 1]] as const : [[uid, "phone", index]] as const);
    this.roamers = devices.map(([uid, device, turn]) => new Roamer({
      app: api.app.appId, uid, device, token: this.tokens.get(uid) ?? "", clock, random: this.random, recorder: this.recorder,
      sampleWire: true, places: placesOf(this.people, uid), ports: turn % 2 === 0 ? ports : [...ports].reverse(),
    }));
    await Promise.all(this.roamers.map((roamer) => roamer.start()));
  }

  /**
   * Runs a fault and its heal, then waits until every lane has sent again and everybody has everything. Times count from
   * the fault; where nothing can go on before the heal, from that.
   */
  async fault(name: string, breakAndHeal: () => Promise<void>, { countsFrom = "begin" }: { readonly countsFrom?: "begin" | "heal" } = {}): Promise<void> {
    const begin = this.recorder.now();
    this.recorder.happened("harness", "fault", { name, phase: "begin" }, {});
    await breakAndHeal();
    this.recorder.happened("harness", "fault", { name, phase: "heal" }, {});
    const heal = this.recorder.now();
    const caughtUpMs = await this.caughtUp(name);
    await this.sentEverywhere(heal);
    this.#intervals.push({ name, begin, from: countsFrom === "heal" ? heal : begin, end: this.recorder.now(), caughtUpMs });
  }

  /** Every lane has been acked after a moment on the recorder's time line. */
  async sentEverywhere(since = this.recorder.now()): Promise<void> {
    const { load } = this;
    await this.until("an ack in every lane", () => load.lanes.every((lane) => (load.ackedAt.get(lane) ?? 0) > since));
  }

  note(fault: string, text: string): void {
    this.#notes.set(fault, text);
  }

  /** How long it takes until every client has shown all that is acked now; they get it live. */
  async caughtUp(what: string): Promise<number> {
    const heads = new Map(this.load.heads);
    const from = clock.monotonic();
    await this.until(`everything acked by the end of ${what} at every client`, () => this.#behind(heads).length === 0, () => this.#behind(heads).join("\n"));
    return clock.monotonic() - from;
  }

  /** Ends the load, waits until everybody has everything, reads the logs through every gateway, judges, and keeps the rows. */
  async finish(which: readonly InvariantName[] = CHECKED): Promise<void> {
    await Promise.all([this.load.stop(), this.#neighbours.stop()]);
    await this.caughtUp("the load");
    const report = checkAll(this.#sink.entries, { ...await this.#dump(), canaries: this.#neighbours.canaries }, which, { fault: this.options.name, seed: this.options.seed });
    process.stdout.write(`\n${report.text}\n`);
    keep(this.#rows(report));
    await this.stop();
    deepStrictEqual(report.violations, []);
  }

  async stop(): Promise<void> {
    await Promise.all(this.roamers.map((roamer) => roamer.stop()));
    this.recorder.close();
  }

  /** Waits for what must come; fails with what is known then. */
  async until(what: string, holds: () => boolean | Promise<boolean>, known: () => string = () => ""): Promise<void> {
    const deadline = clock.monotonic() + LIVENESS_MS;
    while (!(await holds())) {
      if (clock.monotonic() > deadline) throw new Error(`${what} was not there after ${LIVENESS_MS} ms\n${known()}`);
      await clock.sleep(POLL_MS);
    }
  }

  #behind(heads: ReadonlyMap<string, number>): readonly string[] {
    return this.roamers.flatMap(({ client }) => placesOf(this.people, client.uid).flatMap((place) => {
      const [name, head] = [client.nameOf(place), heads.get(client.nameOf(place)) ?? 0];
      return client.through(place) >= head ? [] : [`${client.name} is at ${client.through(place)} of ${head} in ${name}`];
    }));
  }

  /** The same from every gateway. */
  async #dump(): Promise<Dump> {
    const dumps: Dump[] = [];
    for (const port of this.cluster.ports) {
      const readers = new Readers(port, this.tokens);
      dumps.push(await finalState(this.cluster.api.app.appId, this.recorder.now(), conversationsOf(this.people), readers.call));
      await readers.stop();
    }
    for (const { conversations } of dumps.slice(1)) deepStrictEqual(conversations, dumps[0]!.conversations);
    return dumps.at(-1)!;
  }

  #rows({ row }: Report): readonly ClusterFaultRow[] {
    const { lost, doubled, inversions, holes, other } = row;
    const { seed } = this.options;
    return rowsOf(this.#sink.entries, this.#intervals).map((each, index) => ({
      ...each, ...(index === 0 ? { lost, doubled, inversions, holes, other } : { lost: 0, doubled: 0, inversions: 0, holes: 0, other: 0 }),
      note: this.#notes.get(each.fault), seed,
    }));
  }
}
