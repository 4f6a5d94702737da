// Queries as rest.md 2.9 reads them: `k=a,b`, `k=a&k=b` and `k[]=a&k[]=b` are one list; `k[from]=1` is a range; any other
// bracket is refused, so that `k[$ne]=1` never becomes an object.

import { fail, type AppError } from "@parlance/platform/errors";
import type { Fields } from "../schema/index.js";
import { checkText } from "./json-body.js";

const ENTRIES_MAX = 100;
const PARAMETERS_MAX = 200;
const RANGE_NAMES: ReadonlySet<string> = new Set(["from", "to", "gt", "gte", "lt", "lte", "eq"]);
const NAME = /^([^[\]]*)(?:\[([^[\]]*)\])?$/;

interface Parameter {
  /** As they came, still encoded. */
  readonly values: string[];
  readonly range: Map<string, string>;
  repeated: boolean;
}

export type Query = ReadonlyMap<string, Parameter>;

export function parseQuery(query: string): Query {
  const parameters = new Map<string, Parameter>();
  const parts = query === "" ? [] : query.split("&").filter((part) => part !== "");
  if (parts.length > PARAMETERS_MAX) throw refusal("query", `has more than ${PARAMETERS_MAX} parameters`);
  for (const part of parts) {
    const at = part.indexOf("=");
    const name = decoded(at < 0 ? part : part.slice(0, at), "query");
    add(parameters, name, at < 0 ? "" : part.slice(at + 1));
  }
  return parameters;
}

function add(parameters: Map<string, Parameter>, fullName: string, value: string): void {
  const [, name, bracket] = NAME.exec(fullName) ?? [];
  if (name === undefined || name === "") throw refusal(fullName, "is not a parameter");
  const parameter = parameters.get(name) ?? { values: [], range: new Map<string, string>(), repeated: false };
  parameters.set(name, parameter);
  if (bracket === undefined || bracket === "") {
    parameter.repeated ||= bracket === "" || parameter.values.length > 0;
    parameter.values.push(value);
  } else if (RANGE_NAMES.has(bracket)) parameter.range.set(bracket, value);
  else throw refusal(fullName, "has brackets that mean nothing");
}

/** The values of the fields as a reader of `readFields` takes them; ranges as objects, lists as arrays, the rest as text. */
export function queryValues(query: Query, fields: Fields): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(fields)) {
    const parameter = query.get(name);
    if (parameter === undefined) continue;
    values[name] = valueOf(parameter, name, type.many);
  }
  return values;
}

function valueOf({ values, range, repeated }: Parameter, name: string, many: "list" | "range" | undefined): unknown {
  if (range.size > 0) {
    if (many !== "range") throw refusal(name, "is no range");
    return Object.fromEntries([...range].map(([key, value]) => [key, decoded(value, name)]));
  }
  if (many === "list") return listOf(values, repeated, name);
  if (repeated) throw refusal(name, "is given more than once");
  return decoded(values[0] ?? "", name);
}

/** A comma separates; one that is encoded belongs to the value where the parameter is repeated. */
function listOf(values: readonly string[], repeated: boolean, name: string): readonly string[] {
  const items = repeated
    ? values.flatMap((value) => value.split(",")).map((value) => decoded(value, name))
    : values.flatMap((value) => decoded(value, name).split(","));
  if (items.length > ENTRIES_MAX) throw refusal(name, `has more than ${ENTRIES_MAX} entries`);
  return items.filter((item) => item !== "");
}

function decoded(value: string, name: string): string {
  let text: string;
  try {
    text = decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    throw refusal(name, "is not percent-encoded UTF-8");
  }
  checkText(text, name);
  return text;
}

const NAME_MAX = 100;

function refusal(name: string, text: string): AppError {
  return fail("ERR_BAD_REQUEST", undefined, { fields: { [name.slice(0, NAME_MAX)]: text } });
}
