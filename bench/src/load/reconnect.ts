// All sockets are lost at once, as by a lost network. While they are away some conversations go on. Then every client comes back
// as the SDK does: a random wait (R4), `hello` with the resume token and its place in the event log and, unless the gateway knows
// from memory that nothing was missed (R8), `messaging.Sync` with its cursor. A client is back when it knows that it has
// everything, and that is checked: who missed a message must get it.

import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import type { Welcome } from "@parlance/proto/gateway/v1/frame";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SendMessageRequest, SendMessageResponse, SyncRequest, SyncResponse } from "@parlance/proto/messaging/v1/rpc";
import type { Measured } from "../stats/measured.js";
import { sendRequest } from "../wire/client-frames.js";
import { createReadBuffer, type Target } from "../wire/socket.js";
import { ServerFrames } from "../wire/server-frames.js";
import { LoadClient, type Account } from "./client.js";
import { connectAll } from "./connect.js";
import { Recorder } from "./recorder.js";

export interface ReconnectJob {
  readonly kind: "reconnect";
  readonly target: Target;
  /** Where clients come back, when that is another gateway. */
  readonly nextTarget?: Target | undefined;
  readonly serverPid: number;
  /** By name, where the server is several processes. */
  readonly processes?: Readonly<Record<string, number>> | undefined;
  /** The first one writes to all others and stays. */
  readonly accounts: readonly Account[];
  /** Every how manieth client misses a message. */
  readonly missEvery: number;
  /** First wait is random up to this: 1 s when the own network came back, 5 s when the server went away (R4). */
  readonly firstWaitMs: number;
  readonly giveUpMs: number;
}

const WRITER = 0;
const LONGEST_WAIT_MS = 60_000;
const WRITES_AT_ONCE = 16;
const REMEMBERED_AT_ONCE = 32;

interface Away {
  readonly account: Account;
  readonly misses: boolean;
  welcome: Welcome;
  place: string | undefined;
  syncToken: string;
  epoch: string;
}

interface Parts {
  readonly job: ReconnectJob;
  readonly clock: Clock;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly common: { readonly target: Target; readonly frames: ServerFrames; readonly shared: ReturnType<typeof createReadBuffer> };
}

export async function runReconnect(job: ReconnectJob, clock: Clock, random: Random): Promise<Measured> {
  const recorder = new Recorder({ clock, serverPid: job.serverPid, processes: job.processes, loop: "none" });
  const common = { target: job.nextTarget ?? job.target, frames: new ServerFrames(), shared: createReadBuffer() };
  const parts = { job, clock, random, recorder, common };
  const [writer, ...others] = await connectAll(job.target, job.accounts);
  const accounts = job.accounts.slice(1);
  await writeTo(writer!, accounts, 1);
  const away: Away[] = [];
  for (let from = 0; from < others.length; from += REMEMBERED_AT_ONCE) {
    away.push(...await Promise.all(others.slice(from, from + REMEMBERED_AT_ONCE).map((client, at) =>
      remember(client, accounts[from + at]!, (from + at) % job.missEvery === 0))));
  }
  for (const client of others) client.cut();
  await writeTo(writer!, away.filter(({ misses }) => misses).map(({ account }) => account), 2);
  recorder.open();
  const startedAtMs = clock.monotonic();
  const back = await Promise.all(away.map((one) => comeBack(parts, one, startedAtMs)));
  recorder.shut();
  for (const client of [writer, ...back]) client?.close();
  return recorder.result();
}

async function writeTo(writer: LoadClient, accounts: readonly Account[], number: number): Promise<void> {
  for (let from = 0; from < accounts.length; from += WRITES_AT_ONCE) {
    await Promise.all(accounts.slice(from, from + WRITES_AT_ONCE).map(async ({ uid }, at) => {
      const address = { receiverType: ReceiverType.USER, receiverId: uid };
      const request = sendRequest({ ...address, sender: WRITER, text: "hello" }, number * 100_000 + from + at);
      const answer = await writer.call("messaging.SendMessage", SendMessageRequest.encode(request).finish());
      if (SendMessageResponse.decode(answer).message?.seq !== number) throw new Error("a message got another seq than expected");
    }));
  }
}

/** What a client keeps: its resume token and the state of its last sync. */
async function remember(client: LoadClient, account: Account, misses: boolean): Promise<Away> {
  const welcome = await client.ready;
  const { syncToken, epoch } = SyncResponse.decode(await client.call("messaging.Sync", SyncRequest.encode(SyncRequest.create()).finish()));
  return { account, misses, welcome, syncToken, epoch, place: await client.place() };
}

async function comeBack(parts: Parts, away: Away, startedAtMs: number): Promise<LoadClient | undefined> {
  const { clock, job, random, recorder } = parts;
  let waitMs = random.fullJitter(job.firstWaitMs);
  for (let attempt = 0; clock.monotonic() - startedAtMs < job.giveUpMs; attempt += 1) {
    await clock.sleep(waitMs);
    let hintMs = 0;
    const closed = (_code: number, _why: string, retryAfterMs: number) => {
      hintMs = retryAfterMs;
    };
    const client = new LoadClient({ ...parts.common, account: away.account, resumeToken: away.welcome.resumeToken, place: away.place }, { closed });
    try {
      const { resumed } = await client.ready;
      recorder.latency("connected", clock.monotonic() - startedAtMs);
      if (!resumed) await sync(client, parts, away);
      else if (away.misses) recorder.error("resumed though a message was missed");
      recorder.add(resumed ? "resumed from the gateway's memory" : "sync calls", 1);
      recorder.latency("back", clock.monotonic() - startedAtMs);
      recorder.count();
      return client;
    } catch {
      recorder.add("turned away", 1);
      waitMs = hintMs > 0 ? hintMs + random.fullJitter(hintMs) : random.fullJitter(Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** attempt));
    }
  }
  recorder.error("never back");
  return undefined;
}

async function sync(client: LoadClient, { job, recorder }: Parts, away: Away): Promise<void> {
  const cursor = { receiverType: ReceiverType.USER, receiverId: job.accounts[WRITER]!.uid, seq: 1 };
  const request = SyncRequest.fromPartial({ conversations: [cursor], syncToken: away.syncToken, epoch: away.epoch });
  const answer = SyncResponse.decode(await client.call("messaging.Sync", SyncRequest.encode(request).finish()));
  const rows = answer.conversations.find(({ receiverId }) => receiverId === cursor.receiverId)?.rows ?? [];
  if (answer.fullSync) recorder.error("full sync");
  else if (away.misses ? rows.length !== 1 || rows[0]?.seq !== 2 : rows.length > 0) recorder.error("sync is not exact");
}
