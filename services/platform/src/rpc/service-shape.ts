// The part of ts-proto's grpc-js service constants that the bindings use. Parameters are `never` so that every constant fits.

import type { CallContext } from "./context.js";

export interface MethodShape {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (value: never) => Uint8Array;
  readonly requestDeserialize: (bytes: never) => unknown;
  readonly responseSerialize: (value: never) => Uint8Array;
  readonly responseDeserialize: (bytes: never) => unknown;
}

export type ServiceShape = Readonly<Record<string, MethodShape>>;

export type RequestOf<M extends MethodShape> = ReturnType<M["requestDeserialize"]>;
export type ResponseOf<M extends MethodShape> = ReturnType<M["responseDeserialize"]>;

/** A response that is encoded already, made of bytes the handler has anyway; the pipeline passes it on as it is. */
export class EncodedResponse<Res> {
  /** Never set: keeps the type of what the bytes hold. */
  declare readonly of: Res;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

type Answer<Res> = Res | EncodedResponse<Res>;

/** Answers one RPC; throws AppError for expected failures. */
export type Handler<Req, Res> = (request: Req, context: CallContext) => Promise<Answer<Res>> | Answer<Res>;

/** One handler per RPC of a service; a missing one does not compile. */
export type Handlers<S extends ServiceShape> = {
  readonly [K in keyof S]: Handler<RequestOf<S[K]>, ResponseOf<S[K]>>;
};

/** The codec of a method with its types worn off, for code that handles all methods alike. */
export interface MethodCodec {
  readonly decodeRequest: (bytes: Uint8Array) => unknown;
  readonly encodeRequest: (value: unknown) => Uint8Array;
  readonly decodeResponse: (bytes: Uint8Array) => unknown;
  readonly encodeResponse: (value: unknown) => Uint8Array;
}

export function codecOf(method: MethodShape): MethodCodec {
  const encode = method.responseSerialize as (value: unknown) => Uint8Array;
  return {
    decodeRequest: method.requestDeserialize as (bytes: Uint8Array) => unknown,
    encodeRequest: method.requestSerialize as (value: unknown) => Uint8Array,
    decodeResponse: method.responseDeserialize as (bytes: Uint8Array) => unknown,
    encodeResponse: (value) => (value instanceof EncodedResponse ? value.bytes : encode(value)),
  };
}
