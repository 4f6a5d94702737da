// Where the platform is: own deployments name their hosts; a page that the platform serves needs none.

import { failure } from "./errors.js";

export interface Hosts {
  /** Base of REST: scheme and host, no slash at the end. */
  readonly adminBase: string;
  /** Base of the realtime gateway. */
  readonly clientBase: string;
  readonly realtimeUrl: string;
}

const LOCAL = /^(localhost|127\.|\[::1\])/;

function baseOf(host: string): string {
  const bare = host.replace(/\/(v1\/realtime|v3)?\/?$/, "");
  if (/^wss?:\/\//.test(bare)) return bare.replace(/^ws/, "http");
  if (/^https?:\/\//.test(bare)) return bare;
  return `${LOCAL.test(bare) ? "http" : "https"}://${bare}`;
}

/** `origin`: of the page, if there is one. */
export function hostsOf(clientHost: string | undefined, adminHost: string | undefined, origin: string | undefined): Hosts {
  const client = clientHost ?? adminHost ?? origin;
  if (client === undefined) throw failure("MISSING_PARAMETERS", { message: "overrideClientHost must name the server." });
  const clientBase = baseOf(client);
  return { clientBase, adminBase: baseOf(adminHost ?? client), realtimeUrl: `${clientBase.replace(/^http/, "ws")}/v1/realtime` };
}
