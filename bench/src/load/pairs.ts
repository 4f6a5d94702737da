// One-to-one, closed loop: each pair has one message under way, and sends the next when the sender has the ack and the peer has
// the message. What is counted is whole: acked with a seq, received by the peer with the same seq, next in the log.

import type { Clock } from "@parlance/platform/time";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { Measured } from "../stats/measured.js";
import { SendTemplate } from "../wire/client-frames.js";
import type { Target } from "../wire/socket.js";
import type { Account, LoadClient } from "./client.js";
import { connectAll } from "./connect.js";
import { OWN_ROWS, Recorder } from "./recorder.js";

export interface Window {
  readonly warmupMs: number;
  readonly windowMs: number;
  /** How long to wait for what is under way at the end. */
  readonly drainMs: number;
}

export interface PairsJob extends Window {
  readonly kind: "pairs";
  readonly target: Target;
  /** Where receivers connect, when that is another gateway. */
  readonly receiverTarget?: Target | undefined;
  readonly serverPid: number;
  /** By name, where the server is several processes. */
  readonly processes?: Readonly<Record<string, number>> | undefined;
  /** Rest of a pair between two messages; none: the next follows at once. */
  readonly pauseMs?: number | undefined;
  /** Two accounts for each pair: sender, receiver. */
  readonly accounts: readonly Account[];
  readonly text: string;
}

const RETRY_MS = 100;
const LOOK_MS = 20;

class Pair {
  readonly #sender: LoadClient;
  readonly #template: SendTemplate;
  readonly #recorder: Recorder;
  readonly #clock: Clock;
  readonly #pauseMs: number;
  #number = 0;
  #sentAtMs = 0;
  #ackedAtMs = 0;
  #ackedSeq = 0;
  #receivedSeq = 0;
  #lastSeq = 0;
  #stopped = false;
  #underWay = false;

  constructor(index: number, clients: readonly [LoadClient, LoadClient], job: PairsJob, recorder: Recorder, clock: Clock) {
    const [sender, receiver] = clients;
    this.#sender = sender;
    this.#recorder = recorder;
    this.#clock = clock;
    this.#pauseMs = job.pauseMs ?? 0;
    const receiverId = job.accounts[2 * index + 1]?.uid ?? "";
    this.#template = new SendTemplate({ receiverType: ReceiverType.USER, receiverId, sender: index, text: job.text });
    const closed = (code: number) => recorder.error(`close ${code}`);
    sender.events = {
      closed,
      row: () => recorder.add(OWN_ROWS, 1),
      acked: (number, seq) => this.#onAck(number, seq),
      refused: (number, error, retryAfterMs) => this.#onRefused(number, error, retryAfterMs),
    };
    receiver.events = { closed, row: (seq, from, number) => this.#onRow(seq, from === index ? number : -1) };
  }

  get underWay(): boolean {
    return this.#underWay;
  }

  begin(): void {
    if (this.#stopped) return;
    this.#number += 1;
    this.#ackedSeq = this.#receivedSeq = 0;
    this.#underWay = true;
    this.#sentAtMs = this.#clock.monotonic();
    this.#sender.send(this.#template.frame(this.#number));
  }

  stop(): void {
    this.#stopped = true;
  }

  #onAck(number: number, seq: number): void {
    if (number !== this.#number) return this.#recorder.error("wrong ack");
    if (seq === 0) return this.#recorder.error("ack without seq");
    this.#recorder.latency("ack", this.#clock.monotonic() - this.#sentAtMs);
    this.#ackedAtMs = this.#clock.monotonic();
    this.#ackedSeq = seq;
    if (this.#receivedSeq !== 0) this.#complete();
  }

  #onRow(seq: number, number: number): void {
    if (number !== this.#number || this.#receivedSeq !== 0) return this.#recorder.error("wrong row");
    this.#recorder.latency("delivery", this.#clock.monotonic() - this.#sentAtMs);
    this.#receivedSeq = seq;
    if (this.#ackedSeq !== 0) this.#complete();
  }

  #complete(): void {
    if (this.#ackedSeq !== this.#receivedSeq) this.#recorder.error("ack and row differ");
    // The ack left when the row was committed; a row that came before its ack took no time that a client could see.
    this.#recorder.latency("ack to delivery", Math.max(0, this.#clock.monotonic() - this.#ackedAtMs));
    if (this.#lastSeq !== 0 && this.#ackedSeq !== this.#lastSeq + 1) this.#recorder.error("seq is not dense");
    this.#lastSeq = this.#ackedSeq;
    this.#underWay = false;
    this.#recorder.count();
    if (this.#pauseMs === 0) this.begin();
    else this.#clock.after(this.#pauseMs, () => this.begin());
  }

  #onRefused(number: number, error: string, retryAfterMs: number): void {
    this.#recorder.error(error);
    if (number !== this.#number) return;
    this.#underWay = false;
    this.#clock.after(Math.max(retryAfterMs, RETRY_MS), () => this.begin());
  }
}

export async function runPairs(job: PairsJob, clock: Clock): Promise<Measured> {
  const clients = await connectBoth(job);
  const recorder = new Recorder({ clock, serverPid: job.serverPid, processes: job.processes, loop: "closed" });
  const pairs: Pair[] = [];
  for (let index = 0; 2 * index + 1 < clients.length; index += 1) {
    pairs.push(new Pair(index, [clients[2 * index]!, clients[2 * index + 1]!], job, recorder, clock));
  }
  for (const pair of pairs) pair.begin();
  await clock.sleep(job.warmupMs);
  recorder.open();
  await clock.sleep(job.windowMs);
  recorder.shut();
  for (const pair of pairs) pair.stop();
  recorder.error("lost", await stillUnderWay(pairs, clock, job.drainMs));
  for (const client of clients) {
    client.events = {};
    client.close();
  }
  return recorder.result();
}

/** Senders and receivers in turn, each at its gateway. */
async function connectBoth({ target, receiverTarget = target, accounts }: PairsJob): Promise<LoadClient[]> {
  const half = (parity: number) => accounts.filter((_, at) => at % 2 === parity);
  const senders = await connectAll(target, half(0));
  const receivers = await connectAll(receiverTarget, half(1));
  return senders.flatMap((sender, at) => (receivers[at] === undefined ? [sender] : [sender, receivers[at]]));
}

/** How many messages are still not complete when the time is over. */
async function stillUnderWay(pairs: readonly Pair[], clock: Clock, drainMs: number): Promise<number> {
  const end = clock.monotonic() + drainMs;
  for (;;) {
    const left = pairs.filter((pair) => pair.underWay).length;
    if (left === 0 || clock.monotonic() >= end) return left;
    await clock.sleep(LOOK_MS);
  }
}
