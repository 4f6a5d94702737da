import { declareSettings, type ConfigOf } from "../config/index.js";

export const kafkaSettings = declareSettings({
  kafkaBrokers: {
    env: "PARLANCE_KAFKA_BROKERS", type: "list", default: [],
    doc: "Kafka brokers to begin with, host:port; the others are learned from them. Needed by every process of a cluster.",
  },
  kafkaTopicPrefix: {
    env: "PARLANCE_KAFKA_TOPIC_PREFIX", type: "string", default: "parlance.", minLen: 1,
    doc: "What the names of topics and consumer groups begin with; another one is another event log.",
  },
  kafkaReplication: {
    env: "PARLANCE_KAFKA_REPLICATION", type: "int", default: 3, min: 1, max: 9, unit: "replicas",
    doc: "Replicas of topics that are made; from 3 on, two of them must have a record before it is acknowledged. A cluster of fewer brokers gets one a broker.",
  },
  kafkaSessionTimeoutMs: {
    env: "PARLANCE_KAFKA_SESSION_TIMEOUT_MS", type: "int", default: 30_000, min: 6_000, max: 300_000, unit: "ms",
    doc: "After this long without a heartbeat a consumer's partitions go to the others of its group.",
  },
  kafkaTls: {
    env: "PARLANCE_KAFKA_TLS", type: "bool", default: false,
    doc: "Connect to the brokers with TLS, trusting the authorities the system and NODE_EXTRA_CA_CERTS name.",
  },
  kafkaSaslMechanism: {
    env: "PARLANCE_KAFKA_SASL_MECHANISM", type: "enum", default: "none",
    values: ["none", "plain", "scram-sha-256", "scram-sha-512"],
    doc: "How a process proves to the brokers who it is.",
  },
  kafkaUsername: {
    env: "PARLANCE_KAFKA_USERNAME", type: "string", default: "",
    doc: "The process's user at the brokers; with a user for each service the brokers' access lists can let each do only what it does (deploy/README.md has the table).",
  },
  kafkaPassword: {
    env: "PARLANCE_KAFKA_PASSWORD", type: "string", default: "", secret: true,
    doc: "Password of that user.",
  },
});

export type KafkaSettings = ConfigOf<typeof kafkaSettings>;
