import { hostname } from "node:os";
import { ConfigError, readConfig, type ConfigOfAll, type Declaration, type Environment } from "../config/index.js";
import { createKafkaEventLog, decodeEvent, kafkaSettings, type KafkaEventLog, type KafkaSettings } from "../eventlog/index.js";
import type { Log } from "../log/index.js";
import { createMetrics, type Metrics } from "../metrics/index.js";
import { mongoSettings, openMongo, type Mongo, type MongoSettings } from "../mongo/index.js";
import { systemRandom, type Random } from "../random/index.js";
import { systemClock, type Clock } from "../time/index.js";
import { processSettings } from "../lifecycle/index.js";
import {
  clusterSettings, listenSettings, managementSettings, podSettings, type ClusterSettings, type ManagementSettings, type PodSettings,
} from "./settings.js";

/** What every process of a cluster reads beside its own settings. */
export const baseDeclarations = [processSettings, clusterSettings, podSettings, managementSettings, kafkaSettings] as const;
export type BaseConfig = ClusterSettings & PodSettings & ManagementSettings & KafkaSettings;

/** What a process does with time, chance, words and numbers. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function surroundings(log: Log): Surroundings {
  return { clock: systemClock(), random: systemRandom(), log, metrics: createMetrics({ processFigures: true }) };
}

/** Reads the settings of one process: its own and those that all have. Addresses it does not use are known names all the same. */
export function readProcessConfig<const Ds extends readonly Declaration[]>(
  own: Ds, env: Environment,
): ConfigOfAll<readonly [...typeof baseDeclarations, ...Ds]> {
  return readConfig([...baseDeclarations, ...own] as const, env, { others: [mongoSettings, listenSettings] });
}

/** The event log of a cluster; there is no other way from one process to the next. */
export function openEventLog(config: KafkaSettings, { clock, random, log, metrics }: Surroundings): Promise<KafkaEventLog> {
  if (config.kafkaBrokers.length === 0) throw new ConfigError(["PARLANCE_KAFKA_BROKERS is not set: expected the brokers of the cluster"]);
  return createKafkaEventLog({ settings: config, clientId: `parlance-${hostname()}`, decode: decodeEvent, clock, random, log, metrics });
}

export function openStore(config: MongoSettings, { clock, random, log }: Surroundings): Promise<Mongo> {
  const { mongodbUri, mongodbDatabase } = config;
  if (mongodbUri === undefined) throw new ConfigError(["PARLANCE_MONGODB_URI is not set: expected the MongoDB of the cluster"]);
  return openMongo({ uri: mongodbUri, database: mongodbDatabase, clock, random, log });
}
