import { describe, expect, test } from "vitest";
import { fail, type AppError } from "../../errors/index.js";
import { seededRandom } from "../../random/index.js";
import { ManualClock } from "../../time/index.js";
import type { RpcChannel } from "../channel.js";
import { aliceContext } from "../sample-service.js";
import { withBreaker } from "./breaker.js";
import { withRetry } from "./retry.js";

const read = "messaging.GetUnreadCounts";
const unrepeatable = "group.CreateGroup";
const bytes = new Uint8Array(0);
const away = () => fail("ERR_OPERATION_FAILED");

/** Answers what it is told, in order, then always the last. */
function scripted(...answers: (AppError | Uint8Array | Promise<Uint8Array>)[]) {
  let calls = 0;
  const channel: RpcChannel = {
    call: () => {
      const answer = answers[Math.min(calls, answers.length - 1)]!;
      calls += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    close: () => Promise.resolve(),
  };
  return { channel, calls: () => calls };
}

function retrying(...answers: Parameters<typeof scripted>) {
  const clock = new ManualClock();
  const script = scripted(...answers);
  const channel = withRetry(script.channel, { clock, random: seededRandom(1) });
  const call = async (method: string, deadlineMs = 2_000) => {
    const outcome = channel.call(method, bytes, { ...aliceContext, deadlineMs }).then(() => "OK", (error: Error) => error.name);
    await clock.advance(1_000);
    return outcome;
  };
  return { call, calls: script.calls };
}

describe("a retry", () => {
  test("repeats what may be repeated while the target is away", async () => {
    const { call, calls } = retrying(away(), away(), bytes);
    expect(await call(read)).toBe("OK");
    expect(calls()).toBe(3);
  });

  test("gives up after three attempts with the last error", async () => {
    const { call, calls } = retrying(away(), away(), fail("ERR_MISSION_FAILED"));
    expect(await call(read)).toBe("ERR_MISSION_FAILED");
    expect(calls()).toBe(3);
  });

  test("is not made for a method that may not be repeated", async () => {
    const { call, calls } = retrying(away(), bytes);
    expect(await call(unrepeatable)).toBe("ERR_OPERATION_FAILED");
    expect(calls()).toBe(1);
  });

  test("is not made for an answer that would be the same again", async () => {
    const { call, calls } = retrying(fail("ERR_TOO_MANY_REQUESTS"), bytes);
    expect(await call(read)).toBe("ERR_TOO_MANY_REQUESTS");
    expect(calls()).toBe(1);
  });

  test("does not go beyond the deadline", async () => {
    const { call, calls } = retrying(fail("ERR_OPERATION_FAILED", undefined, { retryAfterMs: 300 }), bytes);
    expect(await call(read, 200)).toBe("ERR_OPERATION_FAILED");
    expect(calls()).toBe(1);
  });

  test("is a tenth of all calls at most, once the first ones are spent", async () => {
    const { call, calls } = retrying(away());
    for (let made = 0; made < 200; made += 1) await call(read);
    expect(calls() - 200).toBeLessThanOrEqual(10 + 20);
    expect(calls() - 200).toBeGreaterThanOrEqual(20);
  });
});

function breaking(inFlightMax: number, ...answers: Parameters<typeof scripted>) {
  const clock = new ManualClock();
  const script = scripted(...answers);
  const channel = withBreaker(script.channel, { clock, inFlightMax });
  const call = (method = read) => channel.call(method, bytes, aliceContext).then(() => "OK", (error: Error) => error.name);
  return { clock, call, calls: script.calls };
}

describe("a breaker", () => {
  test("refuses at once after half of twenty calls have failed, and tries one after a second", async () => {
    const { clock, call, calls } = breaking(100, ...Array.from({ length: 20 }, away), bytes);
    for (let made = 0; made < 20; made += 1) await call();
    expect(await call()).toBe("ERR_OPERATION_FAILED");
    expect(calls()).toBe(20);
    await clock.advance(1_000);
    expect(await call()).toBe("OK");
    expect(await call()).toBe("OK");
  });

  test("stays open when the one call fails too, and lets only one through at a time", async () => {
    const { clock, call, calls } = breaking(100, away());
    for (let made = 0; made < 20; made += 1) await call();
    await clock.advance(1_000);
    await Promise.all([call(), call()]);
    expect(calls()).toBe(21);
    expect(await call()).toBe("ERR_OPERATION_FAILED");
    expect(calls()).toBe(21);
  });

  test("does not open for what the caller did wrong", async () => {
    const { call, calls } = breaking(100, fail("ERR_BAD_REQUEST"));
    for (let made = 0; made < 40; made += 1) await call();
    expect(calls()).toBe(40);
  });

  test("lets one method in trouble not touch another", async () => {
    const { call, calls } = breaking(100, ...Array.from({ length: 20 }, away), bytes);
    for (let made = 0; made < 20; made += 1) await call();
    expect(await call("messaging.GetMessage")).toBe("OK");
    expect(calls()).toBe(21);
  });

  test("bounds the calls of one method under way", async () => {
    const { call } = breaking(2, new Promise(() => undefined));
    void call();
    void call();
    expect(await call()).toBe("ERR_TOO_MANY_REQUESTS");
    expect(await Promise.race([call("messaging.GetMessage"), Promise.resolve("taken")])).toBe("taken");
  });
});
