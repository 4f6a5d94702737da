// One broker that is its own controller (KRaft): Apache Kafka itself, with the settings of a small cluster of one.
import { randomBytes } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jarsOf } from "./jars.mjs";
import { Problem } from "./problem.mjs";
import { launch } from "./server.mjs";

const pom = fileURLToPath(new URL("../kafka/pom.xml", import.meta.url));

export const kafka = {
  name: "kafka",
  readyLine: "Kafka Server started",
  /** Clients, controller. */
  portCount: 2,
  async start(server, [port, controllerPort], cache) {
    const classPath = jarsOf({ name: "kafka", pom, cache });
    const settings = join(server.folder, "server.properties");
    mkdirSync(server.folder, { recursive: true });
    writeFileSync(settings, properties(join(server.folder, "data"), port, controllerPort));
    format(server.folder, settings, classPath);
    await launch(server, port, [
      "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC",
      "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
      "-Dorg.slf4j.simpleLogger.showDateTime=true",
      "-cp", classPath, "kafka.Kafka", settings,
    ]);
  },
  env([port]) {
    return { PARLANCE_KAFKA_BROKERS: `127.0.0.1:${port}`, PARLANCE_TEST_KAFKA_BROKERS: `127.0.0.1:${port}` };
  },
};

function format(folder, settings, classPath) {
  if (existsSync(join(folder, "data", "meta.properties"))) return;
  // It may begin with a dash, which is why it stands behind an equals sign below.
  const clusterId = randomBytes(16).toString("base64url");
  const args = ["-cp", classPath, "kafka.tools.StorageTool", "format", `--cluster-id=${clusterId}`, "-c", settings];
  const { status, stdout, stderr } = spawnSync("java", args, { encoding: "utf8" });
  if (status !== 0) throw new Problem(`kafka could not make its data folder: ${`${stdout}${stderr}`.trim().split("\n").at(-1)}`);
}

function properties(data, port, controllerPort) {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${data}
auto.create.topics.enable=false
unclean.leader.election.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
# Groups form at once, and a broker that was killed is back in seconds.
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# A laptop's share of threads and memory.
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=8388608
log.segment.bytes=67108864
`;
}
