// Calls to a service that runs as several pods (reliability.md W2, W3, W14, W24).
//
//   where     the owner of the contract's route key among the live pods, in an order that every caller computes alike;
//             without a key, one pod after the other. Owners are for speed: whoever is asked gives the right answer.
//   failover  a call that is lost with its pod goes to the next one at once; that is one attempt, of two pods at most.
//             Not sent at all: any call. Sent, so that its effect is unknown: only what the contract lets be repeated.
//   retry     up to three attempts, each after a wait, of what may be repeated, when a pod answers that it cannot now, or
//             when both pods of an attempt were lost.
//
// Retries are a tenth of all calls (Q22), so that pods in trouble are not buried. Failovers do not come out of that tenth:
// a pod that dies takes a thousand calls with it in one moment, when the budget is ten, and those are the calls that a
// takeover is for (P20). They come out of a budget of the lost pod instead, which holds what one stream can have under way
// and fills slowly: one loss moves all its calls, a pod that is lost again and again does not double the load of the others.
// A call that was never sent loads nobody, so moving it is free.

import type { MethodContract } from "@parlance/proto/contract-types";
import { fail } from "../../errors/index.js";
import type { Metrics } from "../../metrics/index.js";
import type { Random } from "../../random/index.js";
import type { RpcChannel } from "../channel.js";
import { contractTable, deadlineOf, type ContractTable } from "../contract.js";
import type { OutgoingContext } from "../context.js";
import { createMayRepeat } from "../repeats.js";
import { tellOthers, type EveryPodOptions } from "./every-pod.js";
import { Failover, type PodCall } from "./failover.js";
import { createPodFigures } from "./figures.js";
import { PodSet, type PodSetOptions } from "./pod-set.js";
import { refusesConnections } from "./probe.js";
import { routeKeyOf, type RouteKeyOf } from "./route-key.js";

export interface PodChannelOptions extends PodSetOptions {
  /** What is called, for logs and figures: `messaging`, … */
  readonly target: string;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly contract?: ContractTable;
  /** Whether nothing listens at an address; default: tried by a connection. */
  readonly refuses?: (address: string) => Promise<boolean>;
}

interface Method {
  readonly contract: MethodContract;
  readonly keyOf: RouteKeyOf | undefined;
}

export class PodChannel implements RpcChannel {
  readonly #options: PodChannelOptions;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #pods: PodSet;
  readonly #failover: Failover;
  readonly #everyPod: EveryPodOptions;
  #closed = false;

  constructor(options: PodChannelOptions) {
    const { target, clock, random, metrics, contract: table = contractTable } = options;
    this.#options = options;
    this.#methods = new Map(Object.values(table.methods).map((contract) =>
      [contract.name, { contract, keyOf: routeKeyOf(table, contract) }]));
    this.#pods = new PodSet({ ...options, log: options.log.child({ target }) });
    const mayRepeat = createMayRepeat(table);
    const isClosed = () => this.#closed;
    this.#failover = new Failover({
      pods: this.#pods, clock, random, isClosed,
      figures: createPodFigures(metrics, target, this.#pods),
      mayRepeat: ({ method, request }) => mayRepeat(method, request),
    });
    const { refuses = (address: string) => refusesConnections(address, clock) } = options;
    this.#everyPod = { pods: this.#pods, clock, random, refuses, isClosed };
  }

  call(method: string, request: Uint8Array, context: OutgoingContext): Promise<Uint8Array> {
    const known = this.#methods.get(method);
    if (known === undefined) return Promise.reject(fail("ERR_API_NOT_FOUND"));
    const key = known.keyOf?.(request, context);
    const pod = this.#pods.choose(key);
    if (pod === undefined) return Promise.reject(fail("ERR_OPERATION_FAILED", "The service has no pod."));
    const deadlineAt = deadlineOf(known.contract, context, this.#options.clock.now());
    const call: PodCall = { method, request, context, key, deadlineAt, pod };
    this.#failover.earn();
    const answer = pod.call(method, request, context, (error) => this.#failover.recover(call, error));
    return known.contract.everyPod ? this.#afterAll(call, answer) : answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#pods.close();
  }

  async #afterAll(call: PodCall, answer: Promise<Uint8Array>): Promise<Uint8Array> {
    const response = await answer;
    await tellOthers(call, this.#everyPod);
    return response;
  }
}

/** Makes a channel that follows `pods`; the list may change, and be empty, at any time. */
export function createPodChannel(options: PodChannelOptions): PodChannel {
  return new PodChannel(options);
}
