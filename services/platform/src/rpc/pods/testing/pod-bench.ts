// Pods for the tests of this folder: real Exchange servers on loopback, each behind a wire that can be cut.

import { Message, ReceiverType } from "@parlance/proto/messaging/v1/message";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { SendMessageRequest, type SendMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { connect as dial, createServer, type Server as TcpServer, type Socket } from "node:net";
import { uid } from "../../../ids/index.js";
import { recordingLog, silentLog } from "../../../log/index.js";
import { createMetrics } from "../../../metrics/index.js";
import { seededRandom } from "../../../random/index.js";
import { systemClock } from "../../../time/index.js";
import { createClient } from "../../client.js";
import type { OutgoingContext } from "../../context.js";
import { createExchangeChannel, type ExchangeChannel } from "../../exchange/channel.js";
import { createExchangeServer, type ExchangeServer } from "../../exchange/server.js";
import { aliceContext, sampleServer } from "../../sample-service.js";
import { createPodChannel, type PodChannel } from "../pod-channel.js";
import type { PodSource } from "../pods.js";

type Handlers = Parameters<typeof sampleServer>[1];

export const secret = "a secret of the tests";

/** A list of pods that a test changes. */
export class ChangingPods implements PodSource {
  #listeners = new Set<() => void>();
  #addresses: readonly string[];

  constructor(...addresses: readonly string[]) {
    this.#addresses = addresses;
  }

  current(): readonly string[] {
    return this.#addresses;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(...addresses: readonly string[]): void {
    this.#addresses = addresses;
    for (const listener of this.#listeners) listener();
  }
}

export interface BenchPod {
  readonly address: string;
  readonly server: ExchangeServer;
  /** As if the process had been killed: what is open breaks, what comes is refused. */
  die(): Promise<void>;
}

export interface BenchChannel extends PodChannel {
  /** By address, as the channel has opened them. */
  readonly connections: ReadonlyMap<string, ExchangeChannel>;
}

export class PodBench {
  readonly clock = systemClock();
  readonly log = recordingLog();
  readonly #ending: (() => Promise<unknown> | void)[] = [];

  async end(): Promise<void> {
    for (const end of this.#ending.splice(0).reverse()) await end();
  }

  onEnd(end: () => Promise<unknown> | void): void {
    this.#ending.push(end);
  }

  async pod(handlers: Handlers): Promise<BenchPod> {
    const { server: rpc } = sampleServer(this.clock, handlers);
    const server = createExchangeServer({
      rpc, address: "127.0.0.1:0", secret, clock: this.clock, log: silentLog(), drainMs: 2_000,
    });
    await server.start();
    this.onEnd(() => rpc.close());
    let stopped: Promise<void> | undefined;
    const stop = server.stop.bind(server);
    server.stop = () => (stopped ??= stop());
    this.onEnd(() => server.stop());
    const wire = await this.#wireTo(server.port);
    return { address: `127.0.0.1:${wire.port}`, server, die: wire.cut };
  }

  /** An address at which nobody listens. */
  async deadAddress(): Promise<string> {
    const { port, cut } = await this.#wireTo(1);
    await cut();
    return `127.0.0.1:${port}`;
  }

  channel(pods: PodSource): BenchChannel {
    const connections = new Map<string, ExchangeChannel>();
    const open = (address: string) => {
      const made = createExchangeChannel({
        target: "messaging", address, secret, clock: this.clock, random: seededRandom(1), log: this.log,
      });
      connections.set(address, made);
      return made;
    };
    const channel = createPodChannel({
      target: "messaging", pods, open, clock: this.clock, random: seededRandom(2), log: this.log, metrics: createMetrics(),
    });
    this.onEnd(() => channel.close());
    return Object.assign(channel, { connections });
  }

  /** One channel that reaches all of these. */
  async reaching(pods: PodSource): Promise<BenchChannel> {
    const channel = this.channel(pods);
    await until(() => pods.current().every((address) => channel.connections.get(address)?.reachable === true));
    return channel;
  }

  async #wireTo(port: number): Promise<{ readonly port: number; readonly cut: () => Promise<void> }> {
    const sockets = new Set<Socket>();
    const server: TcpServer = createServer((socket) => {
      const far = dial(port, "127.0.0.1");
      sockets.add(socket);
      socket.on("error", () => undefined);
      far.on("error", () => socket.destroy());
      far.on("close", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        far.destroy();
      });
      socket.pipe(far).pipe(socket);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const cut = () => new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
    this.onEnd(cut);
    return { port: (server.address() as { port: number }).port, cut };
  }
}

/** Lets the event loop turn until it is so; the test's own limit ends what never is. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

export function asUser(name: string): OutgoingContext {
  return { ...aliceContext, caller: { kind: "user", uid: uid(name), tokenId: `${name}_1` } };
}

export function sendTo(
  channel: PodChannel, from: string, receiver: { readonly user: string } | { readonly group: string }, muid = "",
): Promise<SendMessageResponse> {
  const request = SendMessageRequest.fromPartial({
    receiverType: "user" in receiver ? ReceiverType.USER : ReceiverType.GROUP,
    receiverId: "user" in receiver ? receiver.user : receiver.group,
    muid,
    body: { $case: "text", value: { text: "hi" } },
  });
  return createClient(MessagingServiceService, channel).sendMessage(request, asUser(from));
}

/** The answer of a pod, with its name in it. */
export function answerOf(name: string): SendMessageResponse {
  return { message: Message.fromPartial({ muid: name }), duplicate: false };
}

export const podOf = ({ message }: SendMessageResponse) => message?.muid;

/** What a call fails with, by name; `answered` when it does not. */
export const outcomeOf = (call: Promise<unknown>) =>
  call.then(() => "answered", (error: unknown) => (error as Error).name);
