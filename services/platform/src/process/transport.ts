import { readFile } from "node:fs/promises";
import { ConfigError } from "../config/index.js";
import type { TransportOptions } from "../rpc/index.js";
import type { ClusterSettings } from "./settings.js";

export interface ClusterTransport extends TransportOptions {
  readonly secret: string;
}

/** How this process talks to the others. All three files of TLS, or none of them. */
export async function clusterTransport(config: ClusterSettings): Promise<ClusterTransport> {
  const { clusterSecret, clusterTlsCa, clusterTlsCert, clusterTlsKey, clusterPlaintext } = config;
  if (clusterSecret === undefined) throw new ConfigError(["PARLANCE_CLUSTER_SECRET is not set: expected a secret of at least 32 characters"]);
  if (clusterTlsCa === undefined && clusterTlsCert === undefined && clusterTlsKey === undefined) {
    return { secret: clusterSecret, plaintextAnywhere: clusterPlaintext };
  }
  if (clusterTlsCa === undefined || clusterTlsCert === undefined || clusterTlsKey === undefined) {
    throw new ConfigError(["PARLANCE_CLUSTER_TLS_CA, _CERT and _KEY: expected all three of them, or none"]);
  }
  const [rootCertificates, certificate, privateKey] = await Promise.all(
    [clusterTlsCa, clusterTlsCert, clusterTlsKey].map((path) => pem(path)),
  );
  return {
    secret: clusterSecret,
    tls: { rootCertificates: rootCertificates!, certificate: certificate!, privateKey: privateKey! },
  };
}

async function pem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    throw new ConfigError([`${path} cannot be read: expected a PEM file`]);
  }
}
