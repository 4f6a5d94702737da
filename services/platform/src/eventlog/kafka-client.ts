/** The one way to a kafkajs client: every setting that has a default there is set here or where it is used (K10). */
import { Kafka, logLevel, type ISocketFactory, type SASLOptions } from "kafkajs";
import type { Log } from "../log/index.js";
import { TIMED_OUT, within, type Clock } from "../time/index.js";
import type { KafkaSettings } from "./kafka-settings.js";

/** CK10. */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8, factor: 0.2, multiplier: 2 } as const;
/** K9: kafkajs waits for what is under way, for as long as it takes. Two of these fit into the time a process has to stop. */
const DISCONNECT_WITHIN_MS = 2_500;

export type KafkaClientOptions = {
  readonly settings: KafkaSettings;
  /** Shown by the brokers: the pod's name. */
  readonly clientId: string;
  readonly log: Log;
  /** Makes the sockets; tests put a proxy in between. */
  readonly socketFactory?: ISocketFactory;
};

export function createKafka({ settings, clientId, log, socketFactory }: KafkaClientOptions): Kafka {
  const sasl = saslOf(settings);
  return new Kafka({
    brokers: [...settings.kafkaBrokers],
    clientId,
    ssl: settings.kafkaTls,
    ...(sasl === undefined ? {} : { sasl }),
    ...(socketFactory === undefined ? {} : { socketFactory }),
    // CK11: a stopped broker answers nothing.
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    retry: RETRY,
    logLevel: logLevel.WARN,
    // Each failed attempt is an error to kafkajs; what matters is told by those who use the client.
    logCreator: () => ({ namespace, log: { message } }) => log.debug({ part: namespace, said: message }, "kafka client"),
  });
}

function saslOf({ kafkaSaslMechanism: mechanism, kafkaUsername: username, kafkaPassword: password }: KafkaSettings): SASLOptions | undefined {
  if (mechanism === "plain" || mechanism === "scram-sha-256" || mechanism === "scram-sha-512") return { mechanism, username, password };
  return undefined;
}

/** Ends a client's connections; never throws, never takes longer than 2.5 s. */
export async function letGo(client: { disconnect(): Promise<void> }, clock: Clock, log: Log): Promise<void> {
  try {
    const ended = await within(clock, DISCONNECT_WITHIN_MS, client.disconnect());
    if (ended === TIMED_OUT) log.warn({ afterMs: DISCONNECT_WITHIN_MS }, "kafka client left behind, it does not disconnect");
  } catch (error) {
    log.debug({ error }, "kafka client failed to disconnect");
  }
}
