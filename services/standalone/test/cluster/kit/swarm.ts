import { RawClient, type Json } from "@parlance/platform/testing";
import { systemRandom } from "@parlance/platform/random";
import { systemClock } from "@parlance/platform/time";
import { list, text } from "../../faults/kit/rows.js";
import type { Cluster } from "./cluster.js";

interface Idle {
  readonly token: string;
  readonly deviceId: string;
  raw: RawClient | undefined;
  resumeToken: string;
  place: string | undefined;
  syncToken: string;
  epoch: string;
  cursors: readonly Json[];
}

const AT_ONCE = 50;
const TRIES = 100;
const NETWORK_IS_BACK_MS = 1_000;
const clock = systemClock();

/** Many idle devices that keep what a client keeps, and come back as clients are told to (chat.md 14.2). */
export class Swarm {
  readonly #random = systemRandom();
  #spared = 0;

  private constructor(private readonly ports: readonly number[], private readonly idle: readonly Idle[]) {}

  /** Users in pairs that have talked, with equally many devices each, all connected and synced. */
  static async start(cluster: Cluster, { users, sockets }: { readonly users: number; readonly sockets: number }): Promise<Swarm> {
    const uids = Array.from({ length: users }, (_, index) => `swarm${index}`);
    const tokens = new Map<string, string>();
    for (const uid of uids) {
      await cluster.api.user(uid);
      tokens.set(uid, await cluster.api.token(uid));
    }
    const idle = Array.from({ length: sockets }, (_, index) => ({
      token: tokens.get(uids[index % users]!)!, deviceId: `device${index}`, raw: undefined, resumeToken: "", place: undefined, syncToken: "", epoch: "", cursors: [],
    }));
    const swarm = new Swarm(cluster.ports, idle);
    await swarm.#forAll((each) => swarm.#connect(each));
    for (const [index, uid] of uids.entries()) {
      await swarm.idle[index]!.raw!.call("messaging.SendMessage", {
        receiverType: "RECEIVER_TYPE_USER", receiverId: uids[(index + 1) % users]!, muid: uid, text: { text: "hello" },
      });
    }
    await swarm.#forAll((each) => swarm.#sync(each));
    await swarm.#forAll(async (each) => {
      await each.raw!.ping();
      each.place = each.raw!.place;
    });
    return swarm;
  }

  /** How many came back so far without having to ask what they missed. */
  get spared(): number {
    return this.#spared;
  }

  /** Ends all sockets in one moment; answers when each was back with all it has to know, ascending, on the monotonic clock. */
  async dropAndReturn(): Promise<readonly number[]> {
    await Promise.all(this.idle.map(({ raw }) => raw!.socket.destroy()));
    const back = await Promise.all(this.idle.map(async (each) => {
      await clock.sleep(this.#random.int(NETWORK_IS_BACK_MS));
      await this.#connect(each);
      return clock.monotonic();
    }));
    return back.sort((a, b) => a - b);
  }

  async stop(): Promise<void> {
    await Promise.all(this.idle.map(async ({ raw }) => raw?.socket.destroy()));
  }

  async #connect(each: Idle): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        const port = this.ports[this.#random.int(this.ports.length)]!;
        each.raw = await RawClient.open({ port, clock, callTimeoutMs: 30_000 });
        const { resumeToken, resumed } = await each.raw.hello({
          token: each.token, deviceId: each.deviceId,
          ...(each.resumeToken === "" ? {} : { resumeToken: each.resumeToken }), ...(each.place === undefined ? {} : { place: each.place }),
        });
        each.resumeToken = resumeToken;
        if (resumed === true) this.#spared += 1;
        else await this.#sync(each);
        return;
      } catch (error) {
        if (tries === TRIES) throw error;
        await clock.sleep(this.#random.int(NETWORK_IS_BACK_MS));
      }
    }
  }

  async #sync(each: Idle): Promise<void> {
    const answer = await each.raw!.call("messaging.Sync", { conversations: each.cursors, syncToken: each.syncToken, epoch: each.epoch });
    if (answer.outcome !== "ok") throw new Error(`a sync was not answered: ${JSON.stringify(answer)}`);
    each.syncToken = text(answer.result["syncToken"]);
    each.epoch = text(answer.result["epoch"]);
    const told = list(answer.result["conversations"]);
    if (each.cursors.length === 0) {
      each.cursors = told.map((one) => ({ receiverType: one["receiverType"], receiverId: one["receiverId"], seq: Number(one["head"] ?? 0) }));
    }
  }

  async #forAll(work: (each: Idle) => Promise<void>): Promise<void> {
    for (let from = 0; from < this.idle.length; from += AT_ONCE) await Promise.all(this.idle.slice(from, from + AT_ONCE).map(work));
  }
}
