// One group, members in turn. Timed is the last member (B45): from the send, in an open loop from when it was to be sent, until
// the last of all other members has the message.

import type { Clock } from "@parlance/platform/time";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { Measured } from "../stats/measured.js";
import { SendTemplate } from "../wire/client-frames.js";
import type { Target } from "../wire/socket.js";
import type { Account, LoadClient } from "./client.js";
import { connectAll } from "./connect.js";
import type { Window } from "./pairs.js";
import { OWN_ROWS, Recorder } from "./recorder.js";

export interface GroupJob extends Window {
  readonly kind: "group";
  readonly target: Target;
  readonly serverPid: number;
  readonly guid: string;
  readonly accounts: readonly Account[];
  readonly text: string;
  /** Messages a second in an open loop; 0: one after the other. */
  readonly perSecond: number;
}

interface UnderWay {
  readonly sinceMs: number;
  readonly senderAt: number;
  left: number;
  acked: boolean;
}

class GroupLoad {
  readonly recorder: Recorder;
  readonly #job: GroupJob;
  readonly #clock: Clock;
  readonly #clients: readonly LoadClient[];
  readonly #templates: SendTemplate[] = [];
  readonly #underWay = new Map<number, UnderWay>();
  /** Seq of the last row each member got. */
  readonly #seqs: Float64Array;
  #deliveries = 0;
  #number = 0;
  #stopped = false;

  constructor(job: GroupJob, clients: readonly LoadClient[], clock: Clock) {
    this.#job = job;
    this.#clock = clock;
    this.#clients = clients;
    this.#seqs = new Float64Array(clients.length);
    const open = job.perSecond > 0;
    this.recorder = new Recorder({
      clock, serverPid: job.serverPid, loop: open ? "open" : "closed", ...(open ? { offeredPerSecond: job.perSecond } : {}),
    });
    for (const [at, client] of clients.entries()) this.#listen(at, client);
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  /** Messages received by somebody, within the window. */
  get deliveries(): number {
    return this.#deliveries;
  }

  begin(): void {
    if (this.#job.perSecond === 0) this.#send(this.#clock.monotonic());
    else this.#schedule(this.#clock.monotonic());
  }

  stop(): void {
    this.#stopped = true;
  }

  #listen(at: number, client: LoadClient): void {
    const { guid, text } = this.#job;
    this.#templates.push(new SendTemplate({ receiverType: ReceiverType.GROUP, receiverId: guid, sender: at, text }));
    client.events = {
      acked: (number, seq) => this.#onAck(number, seq),
      refused: (number, error) => this.#onRefused(number, error),
      row: (seq, sender, number) => this.#onRow(at, seq, sender, number),
      closed: (code) => this.recorder.error(`close ${code}`),
    };
  }

  #send(sinceMs: number): void {
    if (this.#stopped) return;
    const number = this.#number += 1;
    const senderAt = number % this.#clients.length;
    this.#underWay.set(number, { sinceMs, senderAt, left: this.#clients.length - 1, acked: false });
    this.#clients[senderAt]?.send(this.#templates[senderAt]!.frame(number));
  }

  #schedule(atMs: number): void {
    if (this.#stopped) return;
    this.#clock.after(atMs - this.#clock.monotonic(), () => {
      this.#send(atMs);
      this.#schedule(atMs + 1_000 / this.#job.perSecond);
    });
  }

  #onAck(number: number, seq: number): void {
    const message = this.#underWay.get(number);
    if (message === undefined || seq === 0) return this.recorder.error("wrong ack");
    this.recorder.latency("ack", this.#clock.monotonic() - message.sinceMs);
    message.acked = true;
    if (message.left === 0) this.#complete(number);
  }

  #onRow(at: number, seq: number, sender: number, number: number): void {
    // Rows come in order; an ack may overtake rows of others, so it says nothing here.
    if (seq <= (this.#seqs[at] ?? 0)) return this.recorder.error("row repeated or out of order");
    this.#seqs[at] = seq;
    // Allowed, but not meant: the sender has its message by the ack.
    if (sender === at) return this.recorder.add(OWN_ROWS, 1);
    const message = this.#underWay.get(number);
    if (message?.senderAt !== sender) return this.recorder.error("wrong row");
    message.left -= 1;
    if (this.recorder.isOpen) this.#deliveries += 1;
    if (message.left > 0) return;
    this.recorder.latency("last member", this.#clock.monotonic() - message.sinceMs);
    if (message.acked) this.#complete(number);
  }

  #complete(number: number): void {
    this.#underWay.delete(number);
    this.recorder.count();
    if (this.#job.perSecond === 0) this.#send(this.#clock.monotonic());
  }

  #onRefused(number: number, error: string): void {
    this.recorder.error(error);
    this.#underWay.delete(number);
    if (this.#job.perSecond === 0) this.#clock.after(RETRY_MS, () => this.#send(this.#clock.monotonic()));
  }
}

const RETRY_MS = 100;
const LOOK_MS = 20;

export async function runGroup(job: GroupJob, clock: Clock): Promise<Measured> {
  const clients = await connectAll(job.target, job.accounts);
  const load = new GroupLoad(job, clients, clock);
  const { recorder } = load;
  load.begin();
  await clock.sleep(job.warmupMs);
  recorder.open();
  await clock.sleep(job.windowMs);
  recorder.shut();
  load.stop();
  const end = clock.monotonic() + job.drainMs;
  while (load.underWay > 0 && clock.monotonic() < end) await clock.sleep(LOOK_MS);
  recorder.error("lost", load.underWay);
  recorder.more("deliveries/s", load.deliveries / (job.windowMs / 1_000));
  for (const client of clients) {
    client.events = {};
    client.close();
  }
  return recorder.result();
}
