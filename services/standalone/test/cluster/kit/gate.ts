// The suites of the cluster run only where a broker and a store are given; elsewhere that is said aloud, and CI refuses it.
import { processEnvironment } from "@parlance/platform/config";

export interface GivenServers {
  readonly kafkaBrokers: string;
  readonly mongodbUri: string;
}

/** Undefined when the suites are to be skipped. */
export function givenServers(): GivenServers | undefined {
  const { PARLANCE_TEST_KAFKA_BROKERS: kafkaBrokers = "", PARLANCE_TEST_MONGODB_URI: mongodbUri = "", PARLANCE_TEST_CLUSTER: cluster } = processEnvironment();
  if (kafkaBrokers !== "" && mongodbUri !== "") return { kafkaBrokers, mongodbUri };
  const missing = "PARLANCE_TEST_KAFKA_BROKERS and PARLANCE_TEST_MONGODB_URI";
  if (cluster === "required") throw new Error(`${missing} are missing, and PARLANCE_TEST_CLUSTER asks for them`);
  process.stdout.write(`\n*** SKIPPED: the suites of the cluster need ${missing} (see deploy/local) ***\n\n`);
  return undefined;
}

/** The seed of the environment, to run a run again, or a new one. */
export function seedOf(fresh: () => number): number {
  const { PARLANCE_FAULT_SEED: given = "" } = processEnvironment();
  return given === "" ? fresh() : Number(given);
}
