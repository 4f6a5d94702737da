import { declareSettings, type ConfigOf } from "../config/index.js";

/** What all processes of a cluster share: how they know each other. */
export const clusterSettings = declareSettings({
  clusterSecret: {
    env: "PARLANCE_CLUSTER_SECRET", type: "string", secret: true, optional: true, minLen: 32,
    doc: "Proves the processes of a cluster to each other; the same for all of them. Needed by every process of a cluster.",
  },
  clusterTlsCa: {
    env: "PARLANCE_CLUSTER_TLS_CA", type: "path", optional: true,
    doc: "PEM file of the authority that signed the certificates of all processes; with CERT and KEY, calls between them use mutual TLS.",
  },
  clusterTlsCert: {
    env: "PARLANCE_CLUSTER_TLS_CERT", type: "path", optional: true, doc: "PEM file of this process's certificate.",
  },
  clusterTlsKey: {
    env: "PARLANCE_CLUSTER_TLS_KEY", type: "path", optional: true, doc: "PEM file of that certificate's key.",
  },
  clusterPlaintext: {
    env: "PARLANCE_CLUSTER_PLAINTEXT", type: "bool", default: false,
    doc: "The network between the processes is trusted: calls may leave the machine without TLS.",
  },
});

const PODS = "host:port of each pod, or one dns:name:port that names them all and is looked up every 2 s.";

/** Where the services answer each other and the gateways. */
export const podSettings = declareSettings({
  identityPods: { env: "PARLANCE_IDENTITY_PODS", type: "list", default: [], doc: `Where identity listens for our processes: ${PODS}` },
  groupPods: { env: "PARLANCE_GROUP_PODS", type: "list", default: [], doc: `Where group listens for our processes: ${PODS}` },
  messagingPods: { env: "PARLANCE_MESSAGING_PODS", type: "list", default: [], doc: `Where messaging listens for our processes: ${PODS}` },
  presencePods: { env: "PARLANCE_PRESENCE_PODS", type: "list", default: [], doc: `Where presence listens for our processes; one pod. ${PODS}` },
});

/** The ports of a service. */
export const listenSettings = declareSettings({
  exchangeListen: {
    env: "PARLANCE_EXCHANGE_LISTEN", type: "hostport", default: "127.0.0.1:7000",
    doc: "Where a service answers our other processes. Not for anybody else.",
  },
  grpcListen: {
    env: "PARLANCE_GRPC_LISTEN", type: "hostport", default: "127.0.0.1:50051",
    doc: "Where a service answers other programs' gRPC, with reflection and health.",
  },
});

export const managementSettings = declareSettings({
  managementListen: {
    env: "PARLANCE_MANAGEMENT_LISTEN", type: "hostport", default: "127.0.0.1:9090",
    doc: "Where a process of a cluster answers /live, /ready and /metrics. Never on the public network.",
  },
});

export type ClusterSettings = ConfigOf<typeof clusterSettings>;
export type PodSettings = ConfigOf<typeof podSettings>;
export type ListenSettings = ConfigOf<typeof listenSettings>;
export type ManagementSettings = ConfigOf<typeof managementSettings>;
