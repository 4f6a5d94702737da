export { asPeer, ServerCall, type CallContext, type Caller, type OutgoingContext, type Unsubscribe } from "./context.js";
export { RpcServer, type RpcServerOptions } from "./server.js";
export type { Done } from "./running-call.js";
export type { Handler, Handlers, MethodShape, RequestOf, ResponseOf, ServiceShape } from "./service-shape.js";
export type { RpcChannel } from "./channel.js";
export { createClient, type Client } from "./client.js";
export { createLocalChannel } from "./local.js";
export { contractTable, methodNameOf, type ContractTable } from "./contract.js";
export { jsonTextProblem, nestsDeeper } from "./json-text.js";
