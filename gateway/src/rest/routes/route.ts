import type { ErrorName } from "@parlance/platform/errors";
import type { Uid } from "@parlance/platform/ids";
import {
  contractTable, methodNameOf, type Caller, type MethodShape, type OutgoingContext, type RequestOf, type ResponseOf, type RpcChannel,
} from "@parlance/platform/rpc";
import type { MethodContract } from "@parlance/proto/contract-types";
import type { JsonObject } from "../input/json-body.js";
import { described, id, messageId, text, type Fields, type JsonSchema, type Type, type Values } from "../schema/index.js";

/** F: key of scope fullAccess; A: key of scope authOnly; U: user token; M: admin key (rest.md 2.2). */
export type CallerLetter = "F" | "A" | "U" | "M";
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Tier = 1 | 2 | 3;

type NamesIn<P extends string> = P extends `${string}{${infer N}}${infer Rest}` ? N | NamesIn<Rest> : never;
type Params<P extends string> = { readonly [N in NamesIn<P>]: N extends "id" ? number : string };

/** What a row makes its request of; everything has been read and checked. */
export interface Input<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  /** The acting user; undefined when the server acts for itself. */
  readonly viewer: Uid | undefined;
}

/** What stands in the body of a success. */
export interface Success {
  readonly data: unknown;
  readonly meta?: JsonObject;
  readonly cursor?: JsonObject;
}

/** What the contract says of a success. */
export interface SuccessSchema {
  readonly data: JsonSchema;
  readonly meta?: JsonSchema;
  readonly cursor?: JsonSchema;
}

/** A call that the contract shows and a test makes. */
export interface Example<Res> {
  readonly params?: Readonly<Record<string, string>>;
  /** As written after `?`. */
  readonly query?: string;
  readonly body?: JsonObject;
  readonly response: Res;
}

export interface Definition<M extends MethodShape, P extends string, Q extends Fields, B extends Fields> {
  readonly number: `R-${string}`;
  readonly tier: Tier;
  readonly method: HttpMethod;
  /** Below `/v3`, or whole when it begins with `/management`. */
  readonly path: P;
  readonly summary: string;
  readonly callers: readonly CallerLetter[];
  /** A user token only for the user that the path names (U*). */
  readonly ownUserOnly?: boolean;
  /** What the header means for F; absent: it is not looked at. */
  readonly onBehalfOf?: "required" | "optional";
  readonly rpc: M;
  readonly query?: Q;
  readonly body?: B;
  /** Unknown fields are refused instead of passed over. */
  readonly strict?: boolean;
  /** Parameters and fields of the contract that nothing answers yet; `name[]` means the ranges of a name. */
  readonly later?: readonly string[];
  /** For whom the server acts when it names nobody. */
  readonly actsFor?: (params: Params<P>) => string;
  readonly toRequest: (input: Input<Params<P>, Values<Q>, Values<B>>) => RequestOf<M>;
  readonly toSuccess: (response: ResponseOf<M>, input: Input<Params<P>, Values<Q>, Values<B>>) => Success;
  readonly success: SuccessSchema;
  /** Codes beyond those every operation may answer. */
  readonly errors?: readonly ErrorName[];
  readonly example: Example<ResponseOf<M>>;
}

type AnyInput = Input<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>;

/** A row with its own types worn off. */
export interface Route {
  readonly number: string;
  readonly tier: Tier;
  readonly method: HttpMethod;
  readonly path: string;
  readonly summary: string;
  readonly callers: readonly CallerLetter[];
  readonly ownUserOnly: boolean;
  readonly onBehalfOf: "required" | "optional" | undefined;
  readonly contract: MethodContract;
  readonly params: Fields;
  readonly query: Fields;
  readonly body: Fields;
  readonly strict: boolean;
  readonly later: readonly string[];
  readonly actsFor: ((params: Readonly<Record<string, unknown>>) => string) | undefined;
  readonly call: (channel: RpcChannel, input: AnyInput, context: OutgoingContext) => Promise<Success>;
  readonly success: SuccessSchema;
  readonly errors: readonly ErrorName[];
  readonly example: Example<unknown> & { readonly success: (input: AnyInput) => Success };
}

const PARAMETERS: Readonly<Record<string, Type<unknown>>> = {
  uid: described(id(), "Uid; lower-cased."),
  guid: described(id(), "Guid; lower-cased."),
  id: described(messageId(), "Message id."),
  appId: described(text({ max: 32 }), "App id."),
  apiKey: described(text({ max: 64 }), "Value or handle of a key."),
  authToken: described(text({ max: 255 }), "Value or handle of a token."),
};

/** `/users/{uid}` to the types of its parameters. */
function parametersOf(path: string): Fields {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return Object.fromEntries(names.map((name) => {
    const type = PARAMETERS[name];
    if (type === undefined) throw new Error(`${path}: no type for {${name}}`);
    return [name, { ...type, needed: true }];
  }));
}

export function fullPath(path: string): string {
  return path.startsWith("/management/") || path.startsWith("/health/") ? path : `/v3${path}`;
}

/** A row of the table. Its types follow from the RPC, the path and the fields. */
export function route<M extends MethodShape, P extends string, Q extends Fields = Fields, B extends Fields = Fields>(
  row: Definition<M, P, Q, B>,
): Route {
  const name = methodNameOf(row.rpc.path);
  const contract = contractTable.methods[name];
  if (contract === undefined) throw new Error(`${row.number}: no RPC ${name}`);
  const encode = row.rpc.requestSerialize as (request: unknown) => Uint8Array;
  const decode = row.rpc.responseDeserialize as (bytes: Uint8Array) => ResponseOf<M>;
  const typed = (input: AnyInput) => input as unknown as Input<Params<P>, Values<Q>, Values<B>>;
  const { number, tier, method, summary, callers, success, example } = row;
  return {
    number, tier, method, summary, callers, contract, success,
    path: fullPath(row.path),
    ownUserOnly: row.ownUserOnly ?? false,
    onBehalfOf: row.onBehalfOf,
    params: parametersOf(row.path),
    query: row.query ?? {},
    body: row.body ?? {},
    strict: row.strict ?? false,
    later: row.later ?? [],
    actsFor: row.actsFor as Route["actsFor"],
    errors: row.errors ?? [],
    example: { ...example, success: (input) => row.toSuccess(example.response, typed(input)) },
    call: async (channel, input, context) => {
      const request = encode(row.toRequest(typed(input)));
      return row.toSuccess(decode(await channel.call(name, request, context)), typed(input));
    },
  };
}
