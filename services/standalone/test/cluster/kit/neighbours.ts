import { MemorySink, Recorder, type Canary } from "@parlance/platform/testing";
import type { Random } from "@parlance/platform/random";
import { systemClock } from "@parlance/platform/time";
import { placesOf, type Society } from "../../faults/kit/pairs.js";
import type { Cluster } from "./cluster.js";
import { Load } from "./load.js";
import { Roamer } from "./roamer.js";

export interface NeighboursOptions {
  readonly cluster: Cluster;
  readonly people: Society;
  readonly random: Random;
  readonly ports: readonly number[];
}

/** In names, texts and muids of the neighbours, and nowhere else. */
const MARK = "canary";
const PACE_MS = 250;
const clock = systemClock();

/** An app whose people have the same uids and guids as those of a run, and talk meanwhile: nobody in the run may hear of it (I14). */
export class Neighbours {
  private constructor(readonly canaries: readonly Canary[], private readonly roamers: readonly Roamer[], private readonly load: Load) {}

  static async start({ cluster, people, random, ports }: NeighboursOptions): Promise<Neighbours> {
    const { neighbour } = cluster;
    const [pair, group] = [people.pairs[0]!, people.groups[0]!];
    const alike: Society = { uids: [...new Set([...pair, ...group.members])], pairs: [pair], groups: [group] };
    const tokens = await neighbour.populate(alike, `${MARK} `);
    // What they see is judged by the suites of one app; here they only have to be heard by each other and by nobody else.
    const recorder = new Recorder(clock, new MemorySink());
    const { appId } = neighbour.app;
    const roamers = pair.map((uid) => new Roamer({
      app: appId, uid, device: MARK, token: tokens.get(uid) ?? "", clock, random, recorder, places: placesOf(alike, uid), ports,
    }));
    await Promise.all(roamers.map((roamer) => roamer.start()));
    const lanes = roamers.flatMap((roamer) => placesOf(alike, roamer.client.uid).map((place) => ({ roamer, place })));
    const load = new Load({ clock, random, paceMs: PACE_MS, now: () => recorder.now(), lanes });
    load.start();
    await load.more(lanes.length);
    return new Neighbours([{ app: appId, name: "a mark", text: MARK }, { app: appId, name: "the id", text: appId }], roamers, load);
  }

  /** How many of their messages were acked. */
  get acked(): number {
    return this.load.acked;
  }

  async stop(): Promise<void> {
    await this.load.stop();
    await Promise.all(this.roamers.map((roamer) => roamer.stop()));
  }
}
