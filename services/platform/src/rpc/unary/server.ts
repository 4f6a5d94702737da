// The services for other people's programs: plain unary gRPC with reflection and health.

import {
  Server, type handleUnaryCall, type sendUnaryData, type ServerUnaryCall, type ServiceDefinition,
} from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import type { Component } from "../../lifecycle/index.js";
import { AppError, fail } from "../../errors/index.js";
import { randomId } from "../../ids/index.js";
import type { Log } from "../../log/index.js";
import type { Random } from "../../random/index.js";
import { TIMED_OUT, within, type Clock } from "../../time/index.js";
import { contractTable, methodContract } from "../contract.js";
import type { OutgoingContext } from "../context.js";
import { asBuffer, serverCredentials, transportOptions, type TransportOptions } from "../transport.js";
import { checkNamedApp, credentialsOf, peerOf, type Authenticate, type Identified, type Traced } from "./credentials.js";
import type { Dispatcher } from "./forward.js";
import { addReflection } from "./reflection.js";
import { toGrpcStatus } from "./status.js";

export interface UnaryServerOptions extends TransportOptions {
  /** An RpcServer, or what forwards to one (`forwardTo`). */
  readonly rpc: Dispatcher;
  /** `host:port`; port 0 takes a free one. */
  readonly address: string;
  /** Proves our own processes. */
  readonly secret: string;
  /** Proves everybody else; without it only our own processes are let in. */
  readonly authenticate?: Authenticate;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Default true. */
  readonly reflection?: boolean;
  /** Wait between "not serving" and the end, in which balancers notice. Default 5 s. */
  readonly notServingMs?: number;
  /** How long running calls may go on after that. Default 10 s. */
  readonly shutdownMs?: number;
}

type Call = ServerUnaryCall<Buffer, Buffer>;
type Answer = sendUnaryData<Buffer>;

const NOT_SERVING_MS = 5_000;
/** Twice the longest deadline of the contract. With the wait before it and an Exchange drain: less than 30 s (CP4). */
const SHUTDOWN_MS = 10_000;
const LONGEST_CALL_MS = 60_000;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

const sameBytes = (bytes: Buffer) => bytes;

const unaryOptions = {
  ...transportOptions,
  // Clients find new pods only when they connect again.
  "grpc.max_connection_age_ms": 300_000,
  "grpc.max_connection_age_grace_ms": 30_000,
};

/** `/parlance.group.v1.GroupService/JoinGroup` to `parlance.group.v1.GroupService`. */
function serviceOf(path: string): string {
  return path.split("/")[1] ?? "";
}

export class UnaryServer implements Component {
  readonly name = "grpc";
  readonly #options: UnaryServerOptions;
  readonly #server = new Server(unaryOptions);
  readonly #health = new HealthImplementation({ "": "NOT_SERVING" });
  readonly #services: readonly string[];
  #port = 0;

  constructor(options: UnaryServerOptions) {
    this.#options = options;
    const paths = [...options.rpc.methods].map((name) => methodContract(contractTable, name).path);
    this.#services = [...new Set(paths.map(serviceOf))];
    for (const path of paths) this.#add(path);
    this.#health.addToServer(this.#server);
    if (options.reflection !== false) addReflection(this.#server, this.#services);
  }

  /** The port listened on; 0 before the start. */
  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    const { address } = this.#options;
    const credentials = serverCredentials(address, this.#options);
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(address, credentials, (error, port) => {
        if (error === null) resolve(port);
        else reject(new Error(`cannot listen on ${address}: the port is taken or not allowed`, { cause: error }));
      });
    });
    this.setServing(true);
  }

  /** What the health service answers, for the process and for each service. */
  setServing(serving: boolean): void {
    for (const service of ["", ...this.#services]) this.#health.setStatus(service, serving ? "SERVING" : "NOT_SERVING");
  }

  async stop(): Promise<void> {
    const { clock, notServingMs = NOT_SERVING_MS, shutdownMs = SHUTDOWN_MS } = this.#options;
    this.setServing(false);
    if (notServingMs > 0) await clock.sleep(notServingMs);
    const shutDown = new Promise<void>((resolve) => {
      this.#server.tryShutdown(() => resolve());
    });
    if (await within(clock, shutdownMs, shutDown) === TIMED_OUT) this.#server.forceShutdown();
  }

  #add(path: string): void {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const definition: ServiceDefinition = {
      [name]: {
        path, requestStream: false, responseStream: false,
        requestSerialize: sameBytes, requestDeserialize: sameBytes,
        responseSerialize: sameBytes, responseDeserialize: sameBytes,
      },
    };
    const method = `${serviceOf(path).split(".")[1] ?? ""}.${name}`;
    const handler: handleUnaryCall<Buffer, Buffer> = (call, answer) => void this.#answer(method, call, answer);
    this.#server.addService(definition, { [name]: handler });
  }

  async #answer(method: string, call: Call, answer: Answer): Promise<void> {
    let context: OutgoingContext;
    try {
      const traced = this.#traced(call);
      context = this.#context(call, traced, await this.#identify(call, traced));
    } catch (error) {
      return answer(toGrpcStatus(this.#refused(method, error)));
    }
    const running = this.#options.rpc.start(method, call.request, context, (error, response) => {
      if (error === undefined) answer(null, asBuffer(response));
      else answer(toGrpcStatus(error));
    });
    call.on("cancelled", () => running?.cancel());
  }

  /** Such a call never comes to the pipeline, so its record is written here. */
  #refused(method: string, error: unknown): AppError {
    const { log } = this.#options;
    if (error instanceof AppError) {
      log.info({ method, outcome: error.name }, "call refused");
      return error;
    }
    log.error({ method, cause: error }, "authentication failed unexpectedly");
    return fail("ERR_EXCEPTION");
  }

  async #identify({ metadata }: Call, traced: Traced): Promise<Identified> {
    const peer = peerOf(metadata, this.#options.secret);
    if (peer !== undefined) return peer;
    const credentials = credentialsOf(metadata);
    if (credentials === undefined) return { app: "" as Identified["app"], caller: { kind: "anonymous" } };
    if (this.#options.authenticate === undefined) throw fail("AUTH_ERR_NO_ACCESS");
    const identified = await this.#options.authenticate(credentials, traced);
    checkNamedApp(metadata, identified);
    return identified;
  }

  #traced({ metadata }: Call): Traced {
    const [requestId] = metadata.get("x-request-id");
    const [traceParent] = metadata.get("traceparent");
    return {
      requestId: typeof requestId === "string" && REQUEST_ID.test(requestId) ? requestId : randomId(this.#options.random),
      traceParent: typeof traceParent === "string" ? traceParent : undefined,
    };
  }

  #context(call: Call, traced: Traced, { app, caller }: Identified): OutgoingContext {
    const deadlineMs = Number(call.getDeadline()) - this.#options.clock.now();
    return {
      app,
      caller,
      ...traced,
      // A caller without a deadline gets the method's own.
      deadlineMs: Number.isFinite(deadlineMs) ? Math.min(deadlineMs, LONGEST_CALL_MS) : undefined,
    };
  }
}

export function createUnaryServer(options: UnaryServerOptions): UnaryServer {
  return new UnaryServer(options);
}
