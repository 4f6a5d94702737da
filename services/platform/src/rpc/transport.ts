// What every gRPC connection of ours has in common (reliability.md 6.5).

import { ChannelCredentials, ServerCredentials, type ChannelOptions } from "@grpc/grpc-js";
import { createHash, timingSafeEqual } from "node:crypto";

/** Mutual TLS between our own processes; PEM bytes. */
export interface TlsFiles {
  readonly rootCertificates: Buffer;
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
}

export interface TransportOptions {
  readonly tls?: TlsFiles | undefined;
  /** The name in the peer's certificate, where its address is not it: a pod that was found by name is called by its IP address. */
  readonly serverName?: string | undefined;
  /** Lets plaintext leave the loopback interface, where the network itself is trusted. */
  readonly plaintextAnywhere?: boolean | undefined;
}

/** Metadata under which a peer shows that it is one of ours. */
export const SECRET_METADATA = "cluster-secret";

export const MESSAGE_BYTES_MAX = 4 * 1_048_576;

export const transportOptions: ChannelOptions = {
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
  "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  "grpc.max_concurrent_streams": 1_000,
  "grpc.enable_http_proxy": 0,
};

const LOOPBACK = /^(127\.[0-9.]+|localhost|\[::1\]):[0-9]+$/;

function requireLoopback(address: string, { plaintextAnywhere }: TransportOptions): void {
  if (plaintextAnywhere === true || LOOPBACK.test(address)) return;
  throw new Error(`${address} is not loopback: it needs TLS, or the setting that allows plaintext`);
}

export function serverCredentials(address: string, options: TransportOptions): ServerCredentials {
  const { tls } = options;
  if (tls === undefined) {
    requireLoopback(address, options);
    return ServerCredentials.createInsecure();
  }
  const pair = { cert_chain: tls.certificate, private_key: tls.privateKey };
  return ServerCredentials.createSsl(tls.rootCertificates, [pair], true);
}

export function channelCredentials(address: string, options: TransportOptions): ChannelCredentials {
  const { tls } = options;
  if (tls === undefined) {
    requireLoopback(address, options);
    return ChannelCredentials.createInsecure();
  }
  return ChannelCredentials.createSsl(tls.rootCertificates, tls.privateKey, tls.certificate);
}

/** What a client adds to the options of every connection. */
export function clientOptions({ tls, serverName }: TransportOptions): ChannelOptions {
  return tls === undefined || serverName === undefined
    ? transportOptions
    : { ...transportOptions, "grpc.ssl_target_name_override": serverName };
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Compares in a time that says nothing about the secret. */
export function isSecret(presented: unknown, secret: string): boolean {
  return typeof presented === "string" && secret !== "" && timingSafeEqual(digest(presented), digest(secret));
}

/** A view of the same bytes, where Buffer.from(bytes) would copy them. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
