/** Event logs over a real broker for tests: topics of their own, a proxy before the broker, settings that fail fast. */
import { connect } from "node:net";
import { processEnvironment } from "../../config/index.js";
import { recordingLog, silentLog, type RecordingLog } from "../../log/index.js";
import { createMetrics, type Metrics } from "../../metrics/index.js";
import { seededRandom, systemRandom } from "../../random/index.js";
import { TcpProxy } from "../../testing/index.js";
import { systemClock } from "../../time/index.js";
import type { LogFixture, LogPlace } from "../event-log.contract.js";
import { createKafka } from "../kafka-client.js";
import { KafkaEventLog, type KafkaEventLogOptions } from "../kafka-event-log.js";
import type { KafkaSettings } from "../kafka-settings.js";
import { TOPICS } from "../kafka-topics.js";
import { decodeNote, type Note } from "./note.js";

const ASK_AGAIN_MS = 10;
const UNTIL_MS = 28_000;
const clock = systemClock();

/** The broker tests may use; undefined when there is none, which the run says aloud, or refuses in CI. */
export function testBroker(): string | undefined {
  const { PARLANCE_TEST_KAFKA_BROKERS: brokers, PARLANCE_TEST_CLUSTER: cluster } = processEnvironment();
  if (brokers !== undefined && brokers !== "") return brokers.split(",")[0];
  if (cluster === "required") throw new Error("PARLANCE_TEST_KAFKA_BROKERS is missing, and PARLANCE_TEST_CLUSTER asks for it");
  process.stdout.write("\n*** SKIPPED: the Kafka suites need PARLANCE_TEST_KAFKA_BROKERS (see deploy/local) ***\n\n");
  return undefined;
}

export async function until(holds: () => boolean | Promise<boolean>, withinMs: number = UNTIL_MS): Promise<void> {
  const deadline = clock.monotonic() + withinMs;
  while (!(await holds())) {
    if (clock.monotonic() > deadline) throw new Error("what the test waits for did not happen in time");
    await clock.sleep(ASK_AGAIN_MS);
  }
}

export function testSettings(broker: string, prefix: string): KafkaSettings {
  return {
    kafkaBrokers: [broker], kafkaTopicPrefix: prefix, kafkaReplication: 1, kafkaSessionTimeoutMs: 6_000,
    kafkaTls: false, kafkaSaslMechanism: "none", kafkaUsername: "", kafkaPassword: "",
  };
}

/** A name no other test has. */
export function newPrefix(): string {
  return `test-${Buffer.from(systemRandom().bytes(6)).toString("hex")}.`;
}

export type KafkaFixture = LogFixture & {
  readonly log: KafkaEventLog<Note>;
  readonly proxy: TcpProxy;
  readonly said: RecordingLog;
  readonly metrics: Metrics;
};

/** A started log whose every connection goes through a proxy of its own. */
export async function openKafkaLog(
  broker: string,
  prefix: string,
  options: Partial<KafkaEventLogOptions<Note>> = {},
): Promise<KafkaFixture> {
  const proxy = await TcpProxy.start({ targetPort: Number(broker.split(":").at(-1)), clock });
  const said = recordingLog();
  const metrics = createMetrics();
  const log = new KafkaEventLog<Note>({
    settings: testSettings(broker, prefix), clientId: "test", decode: decodeNote, clock, random: seededRandom(1), log: said, metrics,
    socketFactory: ({ onConnect }) => connect({ host: "127.0.0.1", port: proxy.port }, onConnect),
    ...options,
  });
  await log.start();
  return {
    log, proxy, said, metrics, until,
    deadLetters: () => log.deadLetters.list(100),
    crash: async () => {
      const refused = proxy.refuse();
      proxy.cut();
      await refused;
    },
  };
}

type Admin = ReturnType<ReturnType<typeof createKafka>["admin"]>;

/** Speaks to the broker past the log. */
export async function withAdmin<T>(broker: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = createKafka({ settings: testSettings(broker, "test."), clientId: "test-admin", log: silentLog() }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

export async function dropTopics(broker: string, prefix: string): Promise<void> {
  await withAdmin(broker, (admin) => admin.deleteTopics({ topics: Object.keys(TOPICS).map((topic) => prefix + topic) }));
}

/** Logs over topics of their own, which end together and with them the topics. */
export class KafkaLives {
  readonly prefix = newPrefix();
  readonly #lives: KafkaFixture[] = [];

  constructor(private readonly broker: string) {}

  async open(options: Partial<KafkaEventLogOptions<Note>> = {}): Promise<KafkaFixture> {
    const life = await openKafkaLog(this.broker, this.prefix, options);
    this.#lives.push(life);
    return life;
  }

  /** Whatever a test did to their lines. */
  async close(): Promise<void> {
    for (const { log, proxy } of this.#lives.splice(0)) {
      await proxy.pass();
      await log.stop();
      await proxy.stop();
    }
    await dropTopics(this.broker, this.prefix);
  }
}

/** Several lives of a log over the same topics. */
export async function kafkaPlace(broker: string): Promise<LogPlace> {
  const prefix = newPrefix();
  const lives: KafkaFixture[] = [];
  return {
    open: async () => {
      const life = await openKafkaLog(broker, prefix);
      lives.push(life);
      return life;
    },
    close: async () => {
      const last = lives.pop();
      await last?.log.stop();
      await last?.proxy.stop();
      // Those that crashed have nobody to talk to; what they still wait for ends by itself.
      for (const { log, proxy } of lives) void log.stop().then(() => proxy.stop());
      await dropTopics(broker, prefix);
    },
  };
}
