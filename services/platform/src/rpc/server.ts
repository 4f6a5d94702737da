// The one path of every call (design.md 4): deadline → caller and access → decode → ids to lower case, rules →
// handler → outcome → one access record and one measurement. The bindings differ only in where bytes and context
// come from.

import type { MethodContract } from "@parlance/proto/contract-types";
import { fail, type AppError } from "../errors/index.js";
import type { Log } from "../log/index.js";
import type { Metrics } from "../metrics/index.js";
import type { Clock } from "../time/index.js";
import { accessRefusal } from "./access.js";
import { CallRecords } from "./call-records.js";
import { contractTable, deadlineOf, methodContract, methodNameOf, type ContractTable } from "./contract.js";
import { ServerCall, type OutgoingContext } from "./context.js";
import { Deadlines } from "./deadlines.js";
import { RunningCall, type Done } from "./running-call.js";
import { codecOf, type Handler, type Handlers, type ServiceShape } from "./service-shape.js";
import { Validators, type Validate } from "./validate/validator.js";

export interface RpcServerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Default: the generated contract. */
  readonly contract?: ContractTable;
}

interface Method {
  readonly name: string;
  readonly contract: MethodContract;
  readonly decode: (bytes: Uint8Array) => unknown;
  readonly encode: (value: unknown) => Uint8Array;
  readonly validate: Validate | undefined;
  readonly handler: Handler<unknown, unknown>;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** The handlers of a process and the pipeline around them. */
export class RpcServer {
  readonly #clock: Clock;
  readonly #table: ContractTable;
  readonly #records: CallRecords;
  readonly #deadlines: Deadlines;
  readonly #validators: Validators;
  readonly #methods = new Map<string, Method>();

  constructor({ clock, log, metrics, contract = contractTable }: RpcServerOptions) {
    this.#clock = clock;
    this.#table = contract;
    this.#records = new CallRecords(log, metrics, () => clock.monotonic());
    this.#deadlines = new Deadlines(clock);
    this.#validators = new Validators(contract);
  }

  /** Adds the handlers of a service. Throws when an RPC is not in the contract or has a handler already. */
  register<S extends ServiceShape>(service: S, handlers: Handlers<S>): this {
    for (const [key, shape] of Object.entries(service)) {
      const name = methodNameOf(shape.path);
      if (this.#methods.has(name)) throw new Error(`${name} has a handler already`);
      const contract = methodContract(this.#table, name);
      const { decodeRequest, encodeResponse } = codecOf(shape);
      const handler = handlers[key] as Handler<unknown, unknown>;
      const validate = this.#validators.of(contract.request);
      this.#methods.set(name, { name, contract, decode: decodeRequest, encode: encodeResponse, validate, handler });
    }
    return this;
  }

  /** Names of the RPCs that have a handler. */
  get methods(): IterableIterator<string> {
    return this.#methods.keys();
  }

  handles(method: string): boolean {
    return this.#methods.has(method);
  }

  /** Calls whose handler has not answered yet. */
  get running(): number {
    return this.#deadlines.size;
  }

  /** Bytes in, bytes out. Rejects with AppError only. */
  dispatch(method: string, request: Uint8Array, context: OutgoingContext): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.start(method, request, context, (error, response) => {
        if (error === undefined) resolve(response);
        else reject(error);
      });
    });
  }

  /**
   * As dispatch, for bindings: `done` is called exactly once, at once or later. The answered call can be cancelled;
   * undefined when there is no such method.
   */
  start(name: string, request: Uint8Array, context: OutgoingContext, done: Done): ServerCall | undefined {
    const method = this.#methods.get(name);
    if (method === undefined) {
      done(this.#unknown(name), request);
      return undefined;
    }
    const now = this.#clock.now();
    const call = new ServerCall(context, deadlineOf(method.contract, context, now));
    const running = new RunningCall(method, call, this.#clock.monotonic(), this.#records, done);
    if (call.deadlineAt <= now) running.expire();
    else this.#run(method, request, running);
    return call;
  }

  /** Stops watching deadlines; calls that still run are answered by their handlers. */
  close(): void {
    this.#deadlines.close();
  }

  #run(method: Method, bytes: Uint8Array, running: RunningCall): void {
    try {
      const refusal = accessRefusal(method.contract, running.call);
      if (refusal !== undefined) return running.fail(refusal);
      const request = decoded(method, bytes);
      method.validate?.(request);
      const answer = method.handler(request, running.call);
      if (isPromise(answer)) this.#await(answer, running);
      else running.succeed(answer);
    } catch (error) {
      running.fail(error);
    }
  }

  #await(answer: Promise<unknown>, running: RunningCall): void {
    this.#deadlines.add(running);
    answer.then(
      (value) => {
        this.#deadlines.remove(running);
        running.succeed(value);
      },
      (error: unknown) => {
        this.#deadlines.remove(running);
        running.fail(error);
      },
    );
  }

  #unknown(name: string): AppError {
    return fail(Object.hasOwn(this.#table.methods, name) ? "ERR_NOT_IMPLEMENTED" : "ERR_API_NOT_FOUND");
  }
}

function decoded(method: Method, bytes: Uint8Array): unknown {
  try {
    return method.decode(bytes);
  } catch (cause) {
    throw fail("ERR_BAD_REQUEST", "The request cannot be read.", { cause });
  }
}
