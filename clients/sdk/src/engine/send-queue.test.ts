import { describe, expect, it } from "vitest";
import { SendMessageRequest, SendMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { failure } from "../errors.js";
import { ManualClock, rejection, settle } from "../testing/manual-clock.js";
import { SendQueue } from "./send-queue.js";

const to = (receiverId: string, muid: string) => SendMessageRequest.fromPartial({ receiverType: 1, receiverId, muid });

function system() {
  const clock = new ManualClock();
  const attempts: string[] = [];
  const state: { outcome: (request: SendMessageRequest) => unknown } = { outcome: () => undefined };
  const queue = new SendQueue({
    clock, random: { next: () => 0.5 },
    send: async (request) => {
      attempts.push(`${request.muid}${request.resend ? "+" : ""}`);
      const outcome = state.outcome(request);
      if (outcome instanceof Error) throw outcome;
      if (outcome instanceof Promise) await outcome;
      return SendMessageResponse.fromPartial({ message: { muid: request.muid } });
    },
  });
  return { clock, attempts, state, queue };
}

describe("SendQueue", () => {
  it("repeats with the same muid, as a resend, until there is an answer", async () => {
    const { clock, attempts, state, queue } = system();
    let failures = 3;
    state.outcome = () => (failures-- > 0 ? failure("NO_WEBSOCKET_CONNECTION") : undefined);
    const sent = queue.send(to("bob", "m1"));
    await clock.advance(20_000);
    expect((await sent).message?.muid).toBe("m1");
    expect(attempts).toEqual(["m1", "m1+", "m1+", "m1+"]);
  });

  it("gives up after 60 s with a retryable error", async () => {
    const { clock, attempts, state, queue } = system();
    state.outcome = () => failure("ERR_MISSION_FAILED");
    const sent = rejection(queue.send(to("bob", "m1")));
    await clock.advance(60_000);
    expect(await sent).toMatchObject({ code: "ERR_MISSION_FAILED", retryable: true });
    expect(attempts.length).toBeGreaterThan(8);
    expect(clock.pendingTimers).toBe(0);
  });

  it("rejects at once what a repeat cannot mend", async () => {
    const { attempts, state, queue } = system();
    state.outcome = () => failure("ERR_BLOCKED_RECEIVER");
    await expect(queue.send(to("bob", "m1"))).rejects.toMatchObject({ code: "ERR_BLOCKED_RECEIVER" });
    expect(attempts).toEqual(["m1"]);
  });

  it("waits as long as the server asks", async () => {
    const { clock, attempts, state, queue } = system();
    state.outcome = () => (attempts.length === 1 ? failure("ERR_TOO_MANY_REQUESTS", { retryAfterMs: 4_000 }) : undefined);
    const sent = queue.send(to("bob", "m1"));
    queue.wake();
    await clock.advance(5_999);
    expect(attempts).toHaveLength(1);
    await clock.advance(1);
    await sent;
  });

  it("keeps the order of a conversation through repeats; others do not wait", async () => {
    const { clock, attempts, state, queue } = system();
    state.outcome = ({ muid }) => (muid === "m1" && attempts.length < 4 ? failure("NO_WEBSOCKET_CONNECTION") : undefined);
    const all = Promise.all([queue.send(to("bob", "m1")), queue.send(to("bob", "m2")), queue.send(to("carol", "m3"))]);
    await clock.advance(10_000);
    await all;
    expect(attempts).toEqual(["m1", "m3", "m1+", "m1+", "m2"]);
  });

  it("goes on with the next when one was rejected", async () => {
    const { state, queue } = system();
    state.outcome = ({ muid }) => (muid === "m1" ? failure("ERR_UID_NOT_FOUND") : undefined);
    const [first, second] = await Promise.allSettled([queue.send(to("bob", "m1")), queue.send(to("bob", "m2"))]);
    expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
  });

  it("tries at once when the connection is back, and rejects what waits when the session ends", async () => {
    const { attempts, state, queue } = system();
    state.outcome = () => failure("NO_WEBSOCKET_CONNECTION");
    const sent = rejection(queue.send(to("bob", "m1")));
    await settle();
    queue.wake();
    await settle();
    expect(attempts).toEqual(["m1", "m1+"]);
    queue.close(failure("USER_NOT_LOGGED_IN"));
    expect(await sent).toMatchObject({ code: "USER_NOT_LOGGED_IN" });
  });
});
