// The shapes of the contract table that the build makes from the protos (gen/contract.ts).

/** Kinds of callers, see options.proto. */
export type Access = "INTERNAL" | "USER" | "API_KEY" | "AUTH_KEY" | "ADMIN" | "PUBLIC";

/** Limits of one field; the names are those of options.proto. */
export interface FieldRules {
  readonly required?: boolean;
  readonly minLen?: number;
  readonly maxLen?: number;
  readonly maxBytes?: number;
  readonly format?: "id" | "url" | "json_object" | "json";
  readonly maxItems?: number;
  readonly gte?: number;
  readonly lte?: number;
  readonly definedOnly?: boolean;
  readonly error?: string;
  readonly missingError?: string;
}

export type ScalarType =
  | "string" | "bytes" | "bool" | "double" | "float"
  | "int32" | "int64" | "uint32" | "uint64" | "sint32" | "sint64" | "fixed32" | "fixed64" | "sfixed32" | "sfixed64";

/** One field of a message as both codecs and validators need it. */
export interface FieldSchema {
  /** lowerCamelCase, the name in TypeScript and in JSON. */
  readonly name: string;
  readonly number: number;
  readonly type: ScalarType | "enum" | "message" | "map";
  /** Full name of the enum or message type; for a map that of its value, if it is one. */
  readonly typeName?: string;
  /** Type of the values of a map; keys are strings. */
  readonly valueType?: ScalarType | "enum" | "message";
  readonly repeated?: boolean;
  /** Declared `optional`: absent and zero differ. */
  readonly optional?: boolean;
  /** Name of the oneof the field belongs to, in lowerCamelCase. */
  readonly oneof?: string;
  readonly rules?: FieldRules;
}

export interface MessageSchema {
  readonly name: string;
  readonly fields: readonly FieldSchema[];
}

/** One RPC. */
export interface MethodContract {
  /** `messaging.SendMessage`: the name in call frames. */
  readonly name: string;
  /** `messaging`, `identity`, …; the package's second part. */
  readonly service: string;
  readonly rpc: string;
  /** `/parlance.messaging.v1.MessagingService/SendMessage`. */
  readonly path: string;
  readonly request: string;
  readonly response: string;
  readonly access: readonly Access[];
  readonly idempotent: boolean;
  readonly deadline: "read" | "write";
  readonly routeKey: readonly string[];
  readonly bucket: "none" | "core" | "other";
  readonly needsActor: boolean;
  /** Field of type ReceiverType: while it says user, the actor joins the route key. */
  readonly routePair?: string;
  readonly everyPod: boolean;
  /** Field without which the RPC is not idempotent. */
  readonly repeatableWith?: string;
}

/** One body of the Event oneof. */
export interface EventContract {
  /** camelCase name in the oneof, the `$case`. */
  readonly kind: string;
  readonly message: string;
  readonly topic: "events" | "live";
  readonly audience: "conversation" | "user" | "watchers" | "services" | "gateways";
}

/** One catalogue code. */
export interface ErrorContract {
  /** Catalogue name, for example `ERR_UID_NOT_FOUND`. */
  readonly name: string;
  readonly code: number;
  /** gRPC status by name. */
  readonly grpc: string;
  readonly http: number;
  readonly retryable: boolean;
  readonly local: boolean;
}
