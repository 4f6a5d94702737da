import type { Metadata } from "@grpc/grpc-js";
import { CallContext as WireContext } from "@parlance/proto/exchange/v1/exchange";
import { fail } from "../../errors/index.js";
import { normaliseId, type AppId } from "../../ids/index.js";
import type { Caller, OutgoingContext } from "../context.js";
import { fromWire } from "../wire-context.js";
import { isSecret, SECRET_METADATA } from "../transport.js";

/** What an outside caller presented, as it came; at least one of the keys is there. */
export interface Credentials {
  readonly apiKey?: string;
  /** In lower case. */
  readonly onBehalfOf?: string;
  readonly authToken?: string;
  readonly adminKey?: string;
}

/** The call that the proof is for. */
export type Traced = Pick<OutgoingContext, "requestId" | "traceParent">;

/** Proves credentials; throws AppError. The app comes from the credential only (S13). */
export type Authenticate = (credentials: Credentials, traced?: Traced) => Promise<{ readonly app: AppId; readonly caller: Caller }>;

/** Metadata in which a peer of ours says for whom it calls. */
export const CONTEXT_METADATA = "parlance-context-bin";

function text(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return typeof value === "string" ? value : undefined;
}

function onBehalfOf(metadata: Metadata): string | undefined {
  const written = text(metadata, "on-behalf-of");
  if (written === undefined) return undefined;
  const normal = normaliseId(written);
  if (normal === undefined) throw fail("ERR_BAD_REQUEST", undefined, { fields: { onBehalfOf: "is not an id" } });
  return normal;
}

/** Undefined when nothing was presented at all. */
export function credentialsOf(metadata: Metadata): Credentials | undefined {
  const apiKey = text(metadata, "apikey");
  const authToken = text(metadata, "authtoken");
  const adminKey = text(metadata, "adminkey");
  if (apiKey === undefined && authToken === undefined && adminKey === undefined) return undefined;
  const actor = onBehalfOf(metadata);
  return {
    ...(apiKey !== undefined && { apiKey }),
    ...(authToken !== undefined && { authToken }),
    ...(adminKey !== undefined && { adminKey }),
    ...(actor !== undefined && { onBehalfOf: actor }),
  };
}

export interface Identified {
  readonly app: AppId;
  readonly caller: Caller;
}

/** Who one of our own processes calls for; undefined when the caller does not claim to be one. */
export function peerOf(metadata: Metadata, secret: string): Identified | undefined {
  const presented = text(metadata, SECRET_METADATA);
  if (presented === undefined) return undefined;
  if (!isSecret(presented, secret)) throw fail("AUTH_ERR_NO_ACCESS");
  const [context] = metadata.get(CONTEXT_METADATA);
  if (!(context instanceof Buffer)) return { app: "" as AppId, caller: { kind: "internal", peer: "unary" } };
  return fromWire(WireContext.decode(context));
}

/** A caller may name its app, to be told when it is mistaken about its own credential. */
export function checkNamedApp(metadata: Metadata, { app }: Identified): void {
  const named = text(metadata, "appid");
  if (named !== undefined && named !== app) throw fail("AUTH_ERR_INVALID_APPID");
}
