import { GetUnreadCountsRequest } from "@parlance/proto/messaging/v1/rpc";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createClient } from "../client.js";
import { aliceContext } from "../sample-service.js";
import { answerOf, ChangingPods, outcomeOf, PodBench, podOf, sendTo, until, type BenchPod } from "./testing/pod-bench.js";

let bench: PodBench;
beforeEach(() => {
  bench = new PodBench();
});
afterEach(() => bench.end());

const users = Array.from({ length: 40 }, (_, at) => `user-${at}`);

/** A pod whose answers carry its name. */
const named = (name: string) => bench.pod({
  sendMessage: () => answerOf(name),
  getUnreadCounts: () => ({ users: { [name]: 1 }, groups: {} }),
});

/** Two pods of which one, whichever is asked first, keeps its calls. */
async function holding() {
  const held = { by: undefined as string | undefined, calls: 0, release: () => {} };
  const released = new Promise<void>((resolve) => {
    held.release = resolve;
  });
  const answered: string[] = [];
  const pods = new Map<string, BenchPod>();
  for (const name of ["one", "two"]) {
    pods.set(name, await bench.pod({
      sendMessage: async ({ muid }) => {
        held.by ??= name;
        if (held.by === name) {
          held.calls += 1;
          await released;
        }
        answered.push(`${name} ${muid}`);
        return answerOf(name);
      },
    }));
  }
  const list = new ChangingPods(...[...pods.values()].map(({ address }) => address));
  const holder = () => pods.get(held.by!)!;
  return { held, answered, list, holder, channel: await bench.reaching(list) };
}

describe("calls with a route key", () => {
  test("of both users of a pair and of two callers come to one pod, and conversations spread over the pods", async () => {
    const pods = [await named("one"), await named("two"), await named("three")];
    const list = new ChangingPods(...pods.map(({ address }) => address));
    const [here, there] = [await bench.reaching(list), await bench.reaching(list)];
    const owners = await Promise.all(users.map(async (bob) => {
      const asked = await Promise.all([
        sendTo(here, "alice", { user: bob }), sendTo(there, bob, { user: "alice" }), sendTo(here, bob, { user: "ALICE" }),
      ]);
      return [...new Set(asked.map(podOf))];
    }));
    expect(owners.filter(({ length }) => length !== 1)).toEqual([]);
    expect(new Set(owners.flat())).toEqual(new Set(["one", "two", "three"]));
  });

  test("move only from a pod that is gone", async () => {
    const pods = [await named("one"), await named("two"), await named("three")];
    const list = new ChangingPods(...pods.map(({ address }) => address));
    const channel = await bench.reaching(list);
    const owners = () => Promise.all(users.map(async (bob) => podOf(await sendTo(channel, "alice", { user: bob }))));
    const before = await owners();
    await pods[2]!.die();
    await until(() => channel.connections.get(pods[2]!.address)?.reachable === false);
    const after = await owners();
    expect(after.filter((pod, at) => before[at] !== "three" && pod !== before[at])).toEqual([]);
    expect(after).not.toContain("three");
  });
});

test("calls without a route key go from pod to pod", async () => {
  const list = new ChangingPods((await named("one")).address, (await named("two")).address);
  const client = createClient(MessagingServiceService, await bench.reaching(list));
  const asked: string[] = [];
  for (let made = 0; made < 10; made += 1) {
    const { users: counts } = await client.getUnreadCounts(GetUnreadCountsRequest.fromPartial({}), aliceContext);
    asked.push(...Object.keys(counts));
  }
  expect(asked.filter((name) => name === "one")).toHaveLength(5);
});

describe("a pod that dies", () => {
  test("loses none of a thousand sends that carry a muid", async () => {
    const { channel, held, answered, holder } = await holding();
    const sends = Array.from({ length: 1_000 }, (_, at) => outcomeOf(sendTo(channel, "alice", { user: "bob" }, `m${at}`)));
    await until(() => held.calls === 1_000);
    await holder().die();
    expect(new Set(await Promise.all(sends))).toEqual(new Set(["answered"]));
    expect(answered).toHaveLength(1_000);
  });

  test("leaves the outcome of a send without muid unknown, and nobody repeats it", async () => {
    const { channel, held, answered, holder } = await holding();
    const send = outcomeOf(sendTo(channel, "alice", { user: "bob" }));
    await until(() => held.calls === 1);
    await holder().die();
    expect(await send).toBe("ERR_MISSION_FAILED");
    expect(answered).toEqual([]);
  });

  test("is not asked any more, whatever the method", async () => {
    const list = new ChangingPods(await bench.deadAddress(), (await named("two")).address);
    const channel = bench.channel(list);
    // Made before anything is known of either pod.
    const first = await Promise.all(users.map((bob) => outcomeOf(sendTo(channel, "alice", { user: bob }))));
    const later = await Promise.all(users.map((bob) => outcomeOf(sendTo(channel, "alice", { user: bob }))));
    expect(new Set([...first, ...later])).toEqual(new Set(["answered"]));
  });
});

describe("a list that changes", () => {
  test("brings a new pod its conversations", async () => {
    const [one, two] = [await named("one"), await named("two")];
    const list = new ChangingPods(one.address);
    const channel = await bench.reaching(list);
    list.set(one.address, two.address);
    await until(() => channel.connections.get(two.address)?.reachable === true);
    const asked = await Promise.all(users.map(async (bob) => podOf(await sendTo(channel, "alice", { user: bob }))));
    expect(new Set(asked)).toEqual(new Set(["one", "two"]));
  });

  test("lets the calls of a pod that left it end, and then closes its channel", async () => {
    const { channel, held, holder, list } = await holding();
    const send = sendTo(channel, "alice", { user: "bob" });
    await until(() => held.calls === 1);
    const { address } = holder();
    list.set(...list.current().filter((other) => other !== address));
    expect(podOf(await sendTo(channel, "alice", { user: "bob" }))).not.toBe(held.by);
    expect(channel.connections.get(address)?.reachable).toBe(true);
    held.release();
    expect(podOf(await send)).toBe(held.by);
    await until(() => channel.connections.get(address)?.reachable === false);
  });

  test("may be empty: then there is nobody to ask", async () => {
    expect(await outcomeOf(sendTo(bench.channel(new ChangingPods()), "alice", { user: "bob" }))).toBe("ERR_OPERATION_FAILED");
  });
});

test("a pod that drains is left without an error, also by sends that may not be repeated", async () => {
  const [one, two] = [await named("one"), await named("two")];
  const channel = await bench.reaching(new ChangingPods(one.address, two.address));
  const sends: Promise<string>[] = [];
  let stopped = false;
  const stop = one.server.stop().then(() => {
    stopped = true;
  });
  while (!stopped) {
    for (const bob of users) sends.push(outcomeOf(sendTo(channel, "alice", { user: bob })));
    await Promise.all(sends.slice(-users.length));
  }
  await stop;
  for (const bob of users) sends.push(outcomeOf(sendTo(channel, "alice", { user: bob })));
  expect(new Set(await Promise.all(sends))).toEqual(new Set(["answered"]));
});
