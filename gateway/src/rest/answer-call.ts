// One call of a row, checks in the order of rest.md 2.7: size and type, credential, tenant and origin, kind of caller, rate,
// JSON and schema, acting user, operation. The first that fails answers.

import { fail } from "@parlance/platform/errors";
import { normaliseId } from "@parlance/platform/ids";
import type { HttpRequest } from "../ws/transport.js";
import { channelOf } from "../ws/user-method.js";
import { actingUser } from "./credentials/acting.js";
import { proveAdmin, proveCaller, type Proved } from "./credentials/prove.js";
import { checkBody, checkHead } from "./input/body-size.js";
import { readInput } from "./input/read-input.js";
import type { RestParts } from "./parts.js";
import { isRefusal, type Allowance } from "./rates.js";
import type { Match } from "./routes/match.js";
import type { Route, Success } from "./routes/route.js";

const DEADLINE_MS = { read: 5_000, write: 10_000 } as const;
const NOTHING = new Uint8Array(0);

/** What is known of a call as it proceeds; headers of failures need it too. */
export interface CallState {
  allowance: Allowance | undefined;
  ignored: readonly string[];
}

export async function answerCall(
  parts: RestParts, { route, params }: Match<Route>, request: HttpRequest, requestId: string, state: CallState,
): Promise<Success> {
  const hasBody = route.method !== "GET";
  checkHead(request, hasBody);
  const traced = { requestId, traceParent: parts.traces.of(request.header("traceparent")) };
  const proved = route.callers.includes("M") ? proveAdmin(parts, request) : await proveCaller(parts, request, traced);
  checkOrigin(parts, request, proved);
  checkCaller(route, params, proved);
  const taken = parts.rates.take(proved, route.contract);
  state.allowance = isRefusal(taken) ? taken.allowance : taken;
  if (isRefusal(taken)) throw taken.error;
  const body = hasBody ? await request.body() : NOTHING;
  checkBody(body);
  const input = readInput(route, { params, query: request.query, body });
  state.ignored = input.ignored;
  const acting = await actingUser(parts, proved, { route, head: request, params: input.params, traced });
  const context = { app: proved.app, caller: acting.caller, ...traced, deadlineMs: DEADLINE_MS[route.contract.deadline] };
  return route.call(channelOf(parts.channels, route.contract), { ...input, ...acting }, context);
}

/** Pages of foreign sites may not call at all, and no page may hold the key of an app's server. */
function checkOrigin({ origins }: Pick<RestParts, "origins">, request: HttpRequest, { letter }: Proved): void {
  const origin = request.header("origin");
  if (origin === undefined || origin === "") return;
  if (letter === "F" || !origins.allows(origin)) throw fail("AUTH_ERR_NO_ACCESS");
}

function checkCaller(route: Route, params: Readonly<Record<string, string>>, { letter, caller }: Proved): void {
  if (!route.callers.includes(letter)) throw fail("AUTH_ERR_NO_ACCESS");
  const isOther = caller.kind === "user" && normaliseId(params["uid"] ?? "") !== caller.uid;
  if (route.ownUserOnly && isOther) throw fail("AUTH_ERR_NO_ACCESS");
}
