import { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { expect, test } from "vitest";
import { fail } from "../../errors/index.js";
import { silentLog } from "../../log/index.js";
import { createMetrics } from "../../metrics/index.js";
import { seededRandom } from "../../random/index.js";
import { ManualClock } from "../../time/index.js";
import type { OutgoingContext } from "../context.js";
import { LostCall } from "../lost-call.js";
import { aliceContext } from "../sample-service.js";
import { createPodChannel } from "./pod-channel.js";
import { ChangingPods, outcomeOf } from "./testing/pod-bench.js";

const bytes = new Uint8Array(0);
const read = "messaging.GetUnreadCounts";
const unrepeatable = "group.CreateGroup";
const lost = () => Promise.reject(new LostCall(false, "cut"));
const unsent = () => Promise.reject(new LostCall(true, "away"));
const erring = () => Promise.reject(fail("ERR_OPERATION_FAILED"));
const well = () => Promise.resolve(bytes);
const send = (muid: string) => SendMessageRequest.encode(SendMessageRequest.fromPartial({ muid })).finish();

/** Pods that answer as they are told, and how often each was asked. */
function scripted(...pods: readonly ((call: number) => Promise<Uint8Array>)[]) {
  const clock = new ManualClock();
  const asked = pods.map(() => 0);
  const channel = createPodChannel({
    target: "messaging", clock, random: seededRandom(1), log: silentLog(), metrics: createMetrics(),
    pods: new ChangingPods(...pods.map((_, at) => `pod:${at + 1}`)),
    open: (address) => {
      const at = Number(address.slice(4)) - 1;
      return { call: () => pods[at]!(asked[at]!++), close: () => Promise.resolve() };
    },
  });
  const call = async (method = read, request = bytes, context: Partial<OutgoingContext> = {}) => {
    const outcome = outcomeOf(channel.call(method, request, { ...aliceContext, ...context }));
    await clock.advance(1_000);
    return outcome;
  };
  return { call, clock, channel, asked, total: () => asked.reduce((sum, count) => sum + count, 0) };
}

test("a call that was not sent goes to the next pod, whatever its method, without a wait", async () => {
  const pods = scripted(unsent, unsent);
  expect(await pods.call(unrepeatable)).toBe("ERR_OPERATION_FAILED");
  expect(pods.asked.every((count) => count >= 1)).toBe(true);
  const { channel } = scripted(unsent, well);
  const both = [channel.call(unrepeatable, bytes, aliceContext), channel.call(unrepeatable, bytes, aliceContext)];
  expect(await Promise.all(both)).toEqual([bytes, bytes]);
});

test("a call that was lost goes to the next pod only if it may be repeated", async () => {
  expect(await scripted(lost, lost, lost).call(unrepeatable)).toBe("ERR_MISSION_FAILED");
  const pods = scripted(lost, lost);
  expect(await pods.call()).toBe("ERR_MISSION_FAILED");
  expect(pods.total()).toBe(6);
});

test("a send may be repeated if it has a muid", async () => {
  const [without, with_] = [scripted(lost, lost), scripted(lost, lost)];
  await without.call("messaging.SendMessage", send(""));
  await with_.call("messaging.SendMessage", send("m1"));
  expect([without.total(), with_.total()]).toEqual([1, 6]);
});

test("a pod that answers that it cannot is asked again, in turn with another, if the call may be repeated", async () => {
  const pods = scripted(erring, erring);
  expect(await pods.call()).toBe("ERR_OPERATION_FAILED");
  expect(new Set(pods.asked)).toEqual(new Set([1, 2]));
  const once = scripted(erring, erring);
  await once.call(unrepeatable);
  expect(once.total()).toBe(1);
});

test("retries of pods that answer are a tenth of all calls, once the first ones are spent", async () => {
  const pods = scripted(erring, erring);
  for (let made = 0; made < 200; made += 1) await pods.call();
  expect(pods.total() - 200).toBeGreaterThanOrEqual(20);
  expect(pods.total() - 200).toBeLessThanOrEqual(30);
});

test("calls lost with a pod do not wait for the budget of retries, and those of a pod lost again and again end", async () => {
  const pods = scripted(lost, well);
  const calls = (count: number) => Promise.all(Array.from({ length: count }, () => outcomeOf(pods.channel.call(read, bytes, aliceContext))));
  expect(new Set(await calls(2_000))).toEqual(new Set(["answered"]));
  const many = calls(20_000);
  await pods.clock.advance(2_000);
  expect(new Set(await many)).toContain("ERR_MISSION_FAILED");
});

test("nothing is made again beyond the deadline, nor for a caller that has given up", async () => {
  const late = scripted(() => Promise.reject(fail("ERR_OPERATION_FAILED", undefined, { retryAfterMs: 300 })));
  await late.call(read, bytes, { deadlineMs: 200 });
  expect(late.total()).toBe(1);
  const gone = scripted(lost, lost);
  await gone.call(read, bytes, { signal: AbortSignal.abort() });
  expect(gone.total()).toBe(1);
});

test("an answer that would be the same again is passed on", async () => {
  const pods = scripted(() => Promise.reject(fail("ERR_UID_NOT_FOUND")), () => Promise.reject(fail("ERR_UID_NOT_FOUND")));
  expect(await pods.call()).toBe("ERR_UID_NOT_FOUND");
  expect(pods.total()).toBe(1);
});

test("only methods of the contract are called", async () => {
  const pods = scripted(well);
  expect(await pods.call("messaging.Nothing")).toBe("ERR_API_NOT_FOUND");
  expect(pods.total()).toBe(0);
});

test("a pod this process may not talk to is out of reach, and the others are not", async () => {
  const { clock } = scripted(well);
  const channel = createPodChannel({
    target: "messaging", clock, random: seededRandom(1), log: silentLog(), metrics: createMetrics(),
    pods: new ChangingPods("10.0.0.1:1", "127.0.0.1:1"),
    open: (address) => {
      if (address.startsWith("10.")) throw new Error("it needs TLS");
      return { call: well, close: () => Promise.resolve() };
    },
  });
  const calls = Array.from({ length: 4 }, () => outcomeOf(channel.call(read, bytes, aliceContext)));
  expect(new Set(await Promise.all(calls))).toEqual(new Set(["answered"]));
});
