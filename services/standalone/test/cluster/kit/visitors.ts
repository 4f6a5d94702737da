import { deepStrictEqual, ok } from "node:assert/strict";
import type { Random } from "@parlance/platform/random";
import { checkAll, clientName, entriesOf, MemorySink, RawClient, Recorder, type Json } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { list, object, text } from "../../faults/kit/rows.js";
import type { Cluster } from "./cluster.js";

/** As by default: a gateway that was not heard of for so long is lost. */
const LEASE_MS = 30_000;
const VISITORS = 30;
const STAY_MS = 3_000;
const BETWEEN_MS = 3_000;
const AGAIN_IN_MS = 500;
const CALL_TIMEOUT_MS = 10_000;
const clock = systemClock();

interface Person {
  readonly uid: string;
  readonly token: string;
}

/**
 * People who come to a gateway, stay a little and go, while faults happen, and a device at each gateway that is told who is
 * online: nobody may be shown so who has been gone for two leases (I16).
 */
export class Visitors {
  readonly #sink = new MemorySink();
  readonly #recorder = new Recorder(clock, this.#sink);
  #stop = (): void => {};
  readonly #stopped = new Promise<void>((resolve) => (this.#stop = resolve));
  #isOver = { visits: false, watches: false };
  #visits: Promise<void> = Promise.resolve();
  #watches: Promise<unknown> = Promise.resolve();

  private constructor(private readonly cluster: Cluster, private readonly random: Random, private readonly people: readonly Person[]) {}

  static async start(cluster: Cluster, random: Random): Promise<Visitors> {
    const uids = Array.from({ length: VISITORS }, (_, index) => `visitor${index}`);
    const { api } = cluster;
    const person = async (uid: string): Promise<Person> => {
      await api.user(uid);
      return { uid, token: await api.token(uid) };
    };
    const visitors = new Visitors(cluster, random, await Promise.all(uids.map(person)));
    const watchers = await Promise.all(cluster.ports.map((_, index) => person(`watcher${index}`)));
    visitors.#watches = Promise.all(watchers.map((watcher, index) => visitors.#watch(watcher, cluster.ports[index]!)));
    visitors.#visits = visitors.#visit();
    return visitors;
  }

  /** Nobody comes any more; waits until everybody who went must be known to have gone, and judges. */
  async finish(): Promise<void> {
    this.#isOver = { visits: true, watches: false };
    await this.#visits;
    await clock.sleep(2 * LEASE_MS + AGAIN_IN_MS);
    await this.stop();
    const history = this.#sink.entries;
    const came = entriesOf(history, "connect").filter(({ client }) => client.includes("visitor")).length;
    const shown = entriesOf(history, "presence").filter(({ outcome, value }) => outcome === "ok" && value.online).length;
    process.stdout.write(`\nI16: ${came} visits, ${shown} times shown online\n`);
    // Otherwise nothing was judged.
    ok(shown >= came, "visitors were hardly ever shown online");
    const dump = { at: this.#recorder.now(), conversations: [], presenceLeaseMs: LEASE_MS };
    deepStrictEqual(checkAll(history, dump, ["I16"], { fault: "all", seed: 0 }).violations, []);
  }

  async stop(): Promise<void> {
    this.#isOver = { visits: true, watches: true };
    this.#stop();
    await Promise.all([this.#visits, this.#watches]);
  }

  async #visit(): Promise<void> {
    const { ports } = this.cluster;
    for (let turn = 0; !this.#isOver.visits; turn += 1) {
      await this.#connected(this.people[turn % this.people.length]!, ports[turn % ports.length]!, async ({ socket }) => {
        await Promise.race([clock.sleep(this.random.int(STAY_MS)), socket.ended, this.#stopped]);
      });
      await Promise.race([clock.sleep(this.random.int(BETWEEN_MS)), this.#stopped]);
    }
  }

  async #watch(watcher: Person, port: number): Promise<void> {
    const uids = this.people.map(({ uid }) => uid);
    while (!this.#isOver.watches) {
      await this.#connected(watcher, port, async (raw, client) => {
        const answer = await raw.call("presence.SubscribePresence", { uids });
        if (answer.outcome !== "ok") return;
        for (const { uid, online } of list(answer.result["presences"])) this.#told(client, text(uid), online === true);
        await Promise.race([raw.socket.ended, this.#stopped]);
      });
      await Promise.race([clock.sleep(AGAIN_IN_MS), this.#stopped]);
    }
  }

  #told(client: string, uid: string, online: boolean): void {
    this.#recorder.happened(client, "presence", { uid }, { online });
  }

  /** Does something while somebody is connected, if that succeeds. */
  async #connected({ uid, token }: Person, port: number, meanwhile: (raw: RawClient, client: string) => Promise<void>): Promise<void> {
    const { appId } = this.cluster.api.app;
    const client = clientName({ app: appId, uid, device: "phone" });
    const onEvent = (event: Json): void => {
      const change = object(event["presenceChanged"]);
      if (change !== undefined) this.#told(client, text(object(change["user"])?.["id"]), change["online"] === true);
    };
    let raw: RawClient | undefined;
    try {
      raw = await RawClient.open({ port, clock, callTimeoutMs: CALL_TIMEOUT_MS, onEvent });
      await raw.hello({ token, deviceId: "phone" });
    } catch {
      // The gateway is away, or does not answer: that is what faults are about.
      await raw?.socket.destroy();
      return;
    }
    this.#recorder.happened(client, "connect", { session: `${client}#${this.#recorder.now()}` }, {});
    await meanwhile(raw, client);
    await raw.socket.destroy();
    this.#recorder.happened(client, "disconnect", { code: 1006 }, {});
  }
}
