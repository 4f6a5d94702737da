import type { PodKind } from "./pod.js";

export type Env = Readonly<Record<string, string>>;

/** What all pods of a run share. */
export interface Shared {
  readonly kafkaBrokers: string;
  readonly mongodbUri: string;
  readonly database: string;
  readonly topicPrefix: string;
  readonly secret: string;
  readonly adminKey: string;
}

export interface Ports {
  /** Exchange, or the clients of a gateway. */
  readonly main: number;
  readonly management: number;
  readonly grpc: number;
}

export interface Member {
  readonly name: string;
  readonly kind: PodKind;
  readonly ports: Ports;
}

const HOST = "127.0.0.1";

const CALLS: Readonly<Record<PodKind, readonly PodKind[]>> = {
  identity: [],
  group: ["identity", "messaging"],
  // Itself, because outsiders come to any of its pods.
  messaging: ["identity", "group", "messaging"],
  presence: ["identity"],
  gateway: ["identity", "group", "messaging", "presence"],
};

export const addressOf = (port: number) => `${HOST}:${port}`;

/** Where every service is, for a process that calls them all. */
export function podAddresses(members: readonly Member[], kinds: readonly PodKind[]): Env {
  return Object.fromEntries(kinds.map((kind) => [
    `PARLANCE_${kind.toUpperCase()}_PODS`,
    members.filter((member) => member.kind === kind).map(({ ports }) => addressOf(ports.main)).join(","),
  ]));
}

export function environmentOf(member: Member, members: readonly Member[], shared: Shared): Env {
  const { kind, ports } = member;
  const hasStore = kind !== "presence" && kind !== "gateway";
  return {
    PARLANCE_KAFKA_BROKERS: shared.kafkaBrokers,
    PARLANCE_KAFKA_TOPIC_PREFIX: shared.topicPrefix,
    KAFKAJS_NO_PARTITIONER_WARNING: "1",
    PARLANCE_CLUSTER_SECRET: shared.secret,
    PARLANCE_MANAGEMENT_LISTEN: addressOf(ports.management),
    ...podAddresses(members, CALLS[kind]),
    ...(hasStore ? { PARLANCE_MONGODB_URI: shared.mongodbUri, PARLANCE_MONGODB_DATABASE: shared.database } : {}),
    ...(kind === "gateway"
      ? { PARLANCE_GATEWAY_LISTEN: addressOf(ports.main), PARLANCE_ADMIN_KEYS: shared.adminKey, PARLANCE_CORS_ORIGINS: "*" }
      : { PARLANCE_EXCHANGE_LISTEN: addressOf(ports.main), PARLANCE_GRPC_LISTEN: addressOf(ports.grpc) }),
  };
}
