// Query, body and path of a request, read by the fields of its row (rest.md 2.7, 2.9). Everything that is wrong is told at once.

import { fail } from "@parlance/platform/errors";
import type { Route } from "../routes/route.js";
import { Problems, readFields, type Fields } from "../schema/index.js";
import { jsonBody, type JsonObject } from "./json-body.js";
import { parseQuery, queryValues, type Query } from "./query.js";

export interface GivenInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: string;
  readonly body: Uint8Array;
}

export interface ReadInput {
  readonly params: JsonObject;
  readonly query: JsonObject;
  readonly body: JsonObject;
  /** Names that nothing reads. */
  readonly ignored: readonly string[];
}

type Row = Pick<Route, "method" | "params" | "query" | "body" | "strict" | "later">;

export function readInput(route: Row, given: GivenInput): ReadInput {
  const query = parseQuery(given.query);
  const sent = jsonBody(given.body);
  refuseLater(route.later, query, sent);
  // Intermediaries drop bodies of DELETE, so its fields are taken from the query too.
  const isDelete = route.method === "DELETE";
  const body = isDelete ? { ...queryValues(query, route.body), ...sent } : sent;
  const problems = new Problems();
  const ignored = new Set<string>();
  const onUnknown = (name: string) => (route.strict ? problems.add(name.slice(0, NAME_MAX), "is not known") : ignored.add(name));
  const read = {
    params: readFields(route.params, given.params, { source: "query", problems }),
    query: readFields(route.query, queryValues(query, route.query), { source: "query", problems }),
    body: readFields(route.body, body, { source: isDelete ? "query" : "body", problems, onUnknown }),
  };
  const known: Fields = isDelete ? { ...route.query, ...route.body } : route.query;
  for (const name of query.keys()) if (!Object.hasOwn(known, name)) onUnknown(name);
  problems.throwIfAny();
  return { ...read, ignored: [...ignored] };
}

const NAME_MAX = 100;
const NOT_ASKED: ReadonlySet<unknown> = new Set([undefined, null, false, "", "false", "0"]);

/** A filter that would be passed over gives wrong answers, so what is known and not built is refused. */
function refuseLater(later: readonly string[], query: Query, body: JsonObject): void {
  const asked = later.filter((name) => {
    const parameter = query.get(name.replace("[]", ""));
    if (name.endsWith("[]")) return parameter !== undefined && parameter.range.size > 0;
    const inQuery = parameter !== undefined && (parameter.range.size > 0 || parameter.values.some((value) => !NOT_ASKED.has(value)));
    return inQuery || (Object.hasOwn(body, name) && !NOT_ASKED.has(body[name]));
  });
  if (asked.length === 0) return;
  throw fail("ERR_NOT_IMPLEMENTED", undefined, { fields: Object.fromEntries(asked.map((name) => [name, "is not built yet"])) });
}
