import { ManualClock } from "@parlance/platform/time";
import { expect, test } from "vitest";
import { PingRing } from "./ping-ring.js";

class Peer {
  heardAtMs = 0;
  pings = 0;
  cut = false;
  ping(): void {
    this.pings += 1;
  }
  terminate(): void {
    this.cut = true;
  }
}

test("a silent socket is pinged and cut after the time-out; one that answers lives; one that talks is not pinged", async () => {
  const clock = new ManualClock();
  const ring = new PingRing(clock, 60_000);
  const [silent, answering, talking] = [new Peer(), new Peer(), new Peer()];
  for (const peer of [silent, answering, talking]) ring.add(peer);
  for (let second = 0; second < 90; second += 1) {
    await clock.advance(1_000);
    ring.heard(talking);
    if (answering.pings > 0) ring.heard(answering);
  }
  expect(silent).toMatchObject({ cut: true });
  expect(answering.cut).toBe(false);
  expect(talking).toMatchObject({ cut: false, pings: 0 });
});

test("a thousand sockets share a timer, and empty rings let go of theirs", () => {
  const clock = new ManualClock();
  const ring = new PingRing(clock, 60_000);
  const peers = Array.from({ length: 2_500 }, () => new Peer());
  for (const peer of peers) ring.add(peer);
  expect(clock.pendingTimers).toBe(3);
  for (const peer of peers) ring.remove(peer);
  expect(clock.pendingTimers).toBe(0);
});
