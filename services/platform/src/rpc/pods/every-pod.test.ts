import { DeliverRequest } from "@parlance/proto/event/v1/rpc";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fail } from "../../errors/index.js";
import { silentLog } from "../../log/index.js";
import { createMetrics } from "../../metrics/index.js";
import { seededRandom } from "../../random/index.js";
import { ManualClock, systemClock } from "../../time/index.js";
import { LostCall } from "../lost-call.js";
import { aliceContext } from "../sample-service.js";
import { createPodChannel } from "./pod-channel.js";
import { ChangingPods, outcomeOf, PodBench, until } from "./testing/pod-bench.js";
import { refusesConnections } from "./probe.js";

const request = DeliverRequest.encode({ guid: "team", events: [] }).finish();
const deliver = "event.Deliver";

interface Script {
  readonly answer: () => Promise<Uint8Array>;
  readonly reachable?: () => boolean;
  readonly refuses?: boolean;
}

function telling(...scripts: readonly Script[]) {
  const clock = new ManualClock();
  const told: number[] = [];
  const at = (address: string) => Number(address.slice(4)) - 1;
  const channel = createPodChannel({
    target: "messaging", clock, random: seededRandom(1), log: silentLog(), metrics: createMetrics(),
    pods: new ChangingPods(...scripts.map((_, index) => `pod:${index + 1}`)),
    refuses: (address) => Promise.resolve(scripts[at(address)]?.refuses === true),
    open: (address) => ({
      get reachable() {
        return scripts[at(address)]!.reachable?.() ?? true;
      },
      call: () => {
        told.push(at(address));
        return scripts[at(address)]!.answer();
      },
      close: () => Promise.resolve(),
    }),
  });
  return { clock, told, channel, tell: () => channel.call(deliver, request, aliceContext) };
}

const answering = (name: number): Script => ({ answer: () => Promise.resolve(Uint8Array.of(name)) });
const never: Script = { answer: () => Promise.reject(new LostCall(true, "away")), reachable: () => false };

describe("a call to every pod", () => {
  test("is answered by the owner, before whom nobody is told", async () => {
    let answer = (_bytes: Uint8Array) => {};
    const slow: Script = { answer: () => new Promise((resolve) => {
      answer = resolve;
    }) };
    const first = telling(answering(0), answering(1), answering(2));
    const [owner] = await first.tell();
    expect(first.told).toHaveLength(3);
    expect(first.told[0]).toBe(owner);
    const again = telling(...[0, 1, 2].map((name) => (name === owner ? slow : answering(name))));
    const call = again.tell();
    await again.clock.advance(100);
    expect(again.told).toEqual([owner]);
    answer(Uint8Array.of(9));
    expect(await call).toEqual(Uint8Array.of(9));
    expect(new Set(again.told)).toEqual(new Set([0, 1, 2]));
  });

  test("goes on with the next pod when the owner is lost", async () => {
    const lost: Script = { answer: () => Promise.reject(new LostCall(false, "cut")), refuses: true };
    for (const scripts of [[lost, answering(1)], [answering(0), lost]]) {
      const { tell, clock } = telling(...scripts.map((script) => (script === lost ? { ...lost, reachable: () => false } : script)));
      const call = tell();
      await clock.advance(6_000);
      expect(await call).toHaveLength(1);
    }
  });

  test("fails when a pod cannot be told in time", async () => {
    const { tell, clock } = telling(answering(0), never, answering(2));
    const call = outcomeOf(tell());
    await clock.advance(6_000);
    expect(await call).toBe("ERR_OPERATION_FAILED");
  });

  test("fails when a pod answers that it could not", async () => {
    const broken: Script = { answer: () => Promise.reject(fail("ERR_EXCEPTION")) };
    const outcomes = await Promise.all([telling(answering(0), broken), telling(broken, answering(1))].map(({ tell }) => outcomeOf(tell())));
    expect(outcomes).toContain("ERR_OPERATION_FAILED");
    expect(outcomes).not.toContain("answered");
  });

  test("waits for a pod that comes back", async () => {
    let back = false;
    const away: Script = {
      answer: () => (back ? Promise.resolve(bytes) : Promise.reject(new LostCall(true, "away"))), reachable: () => back,
    };
    const bytes = Uint8Array.of(1);
    const { tell, clock } = telling(answering(0), away);
    const call = outcomeOf(tell());
    await clock.advance(1_000);
    back = true;
    await clock.advance(1_000);
    expect(await call).toBe("answered");
  });

  test("holds although no process is at an address", async () => {
    const { tell } = telling(answering(0), { ...never, refuses: true }, answering(2));
    expect(await outcomeOf(tell())).toBe("answered");
  });

  test("fails when there is no pod at all", async () => {
    expect(await outcomeOf(telling().tell())).toBe("ERR_OPERATION_FAILED");
  });
});

describe("on real connections", () => {
  let bench: PodBench;
  beforeEach(() => {
    bench = new PodBench();
  });
  afterEach(() => bench.end());

  test("an address without a process refuses, one with a process does not", async () => {
    const { address } = await bench.pod({});
    const dead = await bench.deadAddress();
    const asked = [address, dead].map((one) => refusesConnections(one, systemClock()));
    expect(await Promise.all(asked)).toEqual([false, true]);
  });

  test("a pod that dies while it is being told counts as told", async () => {
    const pods = [await bench.pod({}), await bench.pod({})];
    const channel = await bench.reaching(new ChangingPods(...pods.map(({ address }) => address)));
    await pods[1]!.die();
    await until(() => channel.connections.get(pods[1]!.address)?.reachable === false);
    // The sample service has no event sink: the answer of the pod that lives says so.
    expect(await outcomeOf(channel.call(deliver, request, aliceContext))).toBe("ERR_NOT_IMPLEMENTED");
  });
});
