// REST: everything over HTTP except the socket and its call route (rest.md). A table of rows converts shapes; what operations
// mean, check and tell is in the services.

import { AppError, fail } from "@parlance/platform/errors";
import { randomId } from "@parlance/platform/ids";
import type { Log } from "@parlance/platform/log";
import type { Metrics } from "@parlance/platform/metrics";
import type { Random } from "@parlance/platform/random";
import { createClient } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import type { GatewayChannels } from "../clients.js";
import type { HttpRoute } from "../http/router.js";
import type { AppRates } from "../ws/app-rates.js";
import { TraceParents } from "../trace.js";
import { Origins } from "../ws/origins.js";
import type { HttpAnswer, HttpRequest, Respond } from "../ws/transport.js";
import { answerCall, type CallState } from "./answer-call.js";
import { ALWAYS, callHeaders, compressed, successBody } from "./answers.js";
import { AdminKeys } from "./credentials/admin-keys.js";
import { createRestFigures } from "./figures.js";
import { live, ready, type Check } from "./health.js";
import { openApiDocument } from "./openapi/document.js";
import { ServedDocument } from "./openapi/served.js";
import type { RestParts } from "./parts.js";
import { problemOf } from "./problem.js";
import { PER_MINUTE, Rates, type PerMinute } from "./rates.js";
import { RouteTree } from "./routes/match.js";
import type { Route } from "./routes/route.js";
import { routes } from "./routes/table.js";
import { unbuiltRoutes, type UnbuiltRoute } from "./routes/unbuilt.js";

export interface RestOptions {
  readonly channels: GatewayChannels;
  /** The buckets that the sockets count in. */
  readonly appRates: AppRates;
  /** At least 32 characters each; none: nobody manages apps. */
  readonly adminKeys: readonly string[];
  readonly corsOrigins: readonly string[];
  /** What /health/ready asks, by name. */
  readonly checks: Readonly<Record<string, Check>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly perMinute?: Partial<PerMinute>;
}

/** An answer without the headers that every answer has. */
interface Answered {
  readonly answer: HttpAnswer;
  /** Number of the row, for figures. */
  readonly operation: string;
}

type Served = (request: HttpRequest, requestId: string) => Promise<Answered>;

// All versions, so that one that does not exist is answered as such.
const VERSIONS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The routes to add to a gateway. */
export function createRest(options: RestOptions): readonly HttpRoute[] {
  const parts = partsOf(options);
  const tree = new RouteTree<Route | UnbuiltRoute>([...routes, ...unbuiltRoutes]);
  const document = new ServedDocument(() => openApiDocument(routes, unbuiltRoutes));
  const calls: Served = (request, requestId) => serveCall(parts, tree, document, request, requestId);
  const serve = (served: Served) => (request: HttpRequest, respond: Respond) => answer(parts, served, request, respond);
  const ownsOrigins = true;
  return [
    ...VERSIONS.map((digit) => ({ prefix: `/v${digit}`, handler: serve(calls), ownsOrigins })),
    { prefix: "/management/", handler: serve(calls), ownsOrigins },
    { prefix: "/health", handler: serve((request) => serveHealth(request, options.checks)), ownsOrigins },
  ];
}

function partsOf(options: RestOptions): RestParts {
  const { channels, appRates, adminKeys, corsOrigins, clock, random, log, metrics, perMinute } = options;
  return {
    channels, clock, random, log,
    identity: createClient(IdentityServiceService, channels.identity),
    adminKeys: new AdminKeys(adminKeys),
    origins: new Origins(corsOrigins),
    rates: new Rates(appRates, { ...PER_MINUTE, ...perMinute }, clock),
    figures: createRestFigures(metrics),
    traces: new TraceParents(random),
  };
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

async function answer(parts: RestParts, served: Served, request: HttpRequest, respond: Respond): Promise<void> {
  const startedAt = parts.clock.monotonic();
  const asked = request.header("x-request-id") ?? "";
  const requestId = REQUEST_ID.test(asked) ? asked : randomId(parts.random);
  const { answer: made, operation } = await served(request, requestId);
  const whole = await compressed(request, made);
  parts.figures.answered(operation, whole.status, parts.clock.monotonic() - startedAt);
  respond({ ...whole, headers: { ...ALWAYS, "x-request-id": requestId, ...whole.headers } });
}

const OTHER_VERSION = /^\/v(?!3(?:\/|$))\d+(?:\/|$)/;
const CONTRACT = /^\/v3\/openapi\.json\/?$/;

async function serveCall(
  parts: RestParts, tree: RouteTree<Route | UnbuiltRoute>, document: ServedDocument, request: HttpRequest, requestId: string,
): Promise<Answered> {
  const state: CallState = { allowance: undefined, ignored: [] };
  let operation = "none";
  try {
    if (OTHER_VERSION.test(request.path)) throw fail("ERR_INVALID_API_VERSION");
    if (CONTRACT.test(request.path) && isRead(request)) return { answer: document.answer(request), operation: "R-SYS-03" };
    const { route, params } = tree.find(request.method, request.path);
    operation = route.number;
    if ("unbuilt" in route) throw fail("ERR_NOT_IMPLEMENTED");
    const success = await answerCall(parts, { route, params }, request, requestId, state);
    return { operation, answer: { status: 200, headers: callHeaders(state), body: successBody(success) } };
  } catch (error) {
    return { operation, answer: failure(parts, error, request, requestId, state) };
  }
}

function failure(parts: RestParts, thrown: unknown, request: HttpRequest, requestId: string, state: CallState): HttpAnswer {
  if (!(thrown instanceof AppError)) parts.log.error({ err: thrown, requestId }, "a REST call was not handled");
  let problem = problemOf(thrown, requestId);
  if (problem.status === 401) {
    const refusal = parts.rates.countFailure(request.remoteAddress);
    if (refusal !== undefined) {
      state.allowance = refusal.allowance;
      problem = problemOf(refusal.error, requestId);
    }
  }
  return { ...problem, headers: { ...problem.headers, ...callHeaders(state), ...resetHeader(parts, problem) } };
}

/** When a refused call may be repeated. */
function resetHeader({ clock }: Pick<RestParts, "clock">, { status, headers }: HttpAnswer): Record<string, string> {
  if (status !== 429) return {};
  return { "x-rate-limit-reset": String(Math.ceil(clock.now() / 1_000) + Number(headers?.["retry-after"] ?? 1)) };
}

async function serveHealth(request: HttpRequest, checks: Readonly<Record<string, Check>>): Promise<Answered> {
  const path = request.path.replace(/\/$/, "");
  if (path === "/health/live" && isRead(request)) return { operation: "R-SYS-01", answer: live() };
  if (path === "/health/ready" && isRead(request)) return { operation: "R-SYS-02", answer: await ready(checks) };
  const { status, body, headers } = problemOf(fail("ERR_API_NOT_FOUND"), "");
  return { operation: "none", answer: { status, body, headers } };
}

function isRead({ method }: HttpRequest): boolean {
  return method === "GET" || method === "HEAD";
}
