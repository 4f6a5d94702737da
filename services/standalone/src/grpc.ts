import { timingSafeEqual } from "node:crypto";
import { fail } from "@parlance/platform/errors";
import type { AppId } from "@parlance/platform/ids";
import type { Log } from "@parlance/platform/log";
import type { Random } from "@parlance/platform/random";
import { createUnaryServer, type Authenticate, type RpcServer, type UnaryServer } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";

export interface GrpcOptions {
  readonly rpc: RpcServer;
  readonly listen: { readonly host: string; readonly port: number };
  /** Proves API keys and auth tokens. */
  readonly identity: Authenticate;
  /** Undefined: no admin method can be called. */
  readonly adminKey: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const SECRET_BYTES = 32;

/** All four services on one port. There is no other process of ours, so the cluster secret is known to nobody. */
export function createGrpcServer({ rpc, listen, identity, adminKey, clock, random, log }: GrpcOptions): UnaryServer {
  const secret = Buffer.from(random.bytes(SECRET_BYTES)).toString("hex");
  const authenticate: Authenticate = async (credentials) => {
    if (credentials.adminKey === undefined) return identity(credentials);
    if (adminKey === undefined || !sameText(credentials.adminKey, adminKey)) throw fail("AUTH_ERR_APIKEY_NOT_FOUND");
    return { app: "" as AppId, caller: { kind: "admin" } };
  };
  return createUnaryServer({
    rpc, address: `${listen.host}:${listen.port}`, secret, authenticate, clock, random, log,
    // No balancer looks at this process.
    notServingMs: 0,
  });
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
