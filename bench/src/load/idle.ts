// Sockets that are authenticated and do nothing. Memory is the difference of resident memory with and without them, both after
// forced collections (B46); what the kernel holds for them is told beside it.

import type { Clock } from "@parlance/platform/time";
import type { Measured } from "../stats/measured.js";
import { collectGarbage } from "../system/collect.js";
import { rssBytesOf, slabBytes, tcpBufferBytes } from "../system/proc.js";
import type { Target } from "../wire/socket.js";
import type { Account } from "./client.js";
import { connectAll } from "./connect.js";
import { Recorder } from "./recorder.js";

export interface IdleJob {
  readonly kind: "idle";
  readonly target: Target;
  readonly serverPid: number;
  readonly accounts: readonly Account[];
  /** After connecting, and before memory is read. */
  readonly settleMs: number;
  readonly windowMs: number;
}

/** Connected first and closed again: code, caches and buffers that the first sockets bring are not theirs. */
const TRIAL_SOCKETS = 200;

export async function runIdle(job: IdleJob, clock: Clock): Promise<Measured> {
  const { accounts, serverPid, settleMs, target } = job;
  const recorder = new Recorder({ clock, serverPid, loop: "none" });
  const trial = await connectAll(target, accounts.slice(0, TRIAL_SOCKETS));
  for (const client of trial) client.close();
  await clock.sleep(settleMs);
  const before = await memory(serverPid, clock);
  const startedAtMs = clock.monotonic();
  const clients = await connectAll(target, accounts);
  recorder.more("connects/s", accounts.length / ((clock.monotonic() - startedAtMs) / 1_000));
  for (const client of clients) client.events = { closed: (code) => recorder.error(`close ${code}`) };
  await clock.sleep(settleMs);
  const after = await memory(serverPid, clock);
  recorder.open();
  recorder.count(clients.length);
  await clock.sleep(job.windowMs);
  recorder.shut();
  recorder.more("sockets", clients.length);
  recorder.more("RSS before, MB", before.rss / 1e6);
  recorder.more("RSS bytes/socket", (after.rss - before.rss) / clients.length);
  // Both ends are on this machine; halved.
  recorder.more("kernel bytes/socket", (after.slab + after.tcp - before.slab - before.tcp) / clients.length / 2);
  for (const client of clients) {
    client.events = {};
    client.close();
  }
  return recorder.result();
}

async function memory(pid: number, clock: Clock) {
  await collectGarbage(pid, clock);
  return { rss: rssBytesOf(pid), slab: slabBytes(), tcp: tcpBufferBytes() };
}
