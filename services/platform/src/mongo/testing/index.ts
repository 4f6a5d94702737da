// Databases for tests, each its own, on the server that PARLANCE_TEST_MONGODB_URI names.
import { processEnvironment } from "../../config/index.js";
import { silentLog } from "../../log/index.js";
import { systemRandom } from "../../random/index.js";
import { systemClock } from "../../time/index.js";
import { openMongo, type Mongo } from "../open.js";

/** The server tests may use; undefined when there is none, which the run says aloud, or refuses in CI. */
export function testMongoUri(): string | undefined {
  const { PARLANCE_TEST_MONGODB_URI: uri, PARLANCE_TEST_CLUSTER: cluster } = processEnvironment();
  if (uri !== undefined && uri !== "") return uri;
  if (cluster === "required") throw new Error("PARLANCE_TEST_MONGODB_URI is missing, and PARLANCE_TEST_CLUSTER asks for it");
  process.stdout.write("\n*** SKIPPED: the MongoDB suites need PARLANCE_TEST_MONGODB_URI (see deploy/local) ***\n\n");
  return undefined;
}

/** To be dropped with `dropAndClose`. */
export function openTestMongo(uri: string): Promise<Mongo> {
  const database = `parlance_test_${Buffer.from(systemRandom().bytes(6)).toString("hex")}`;
  return openMongo({ uri, database, log: silentLog(), clock: systemClock() });
}

export async function dropAndClose(mongo: Mongo): Promise<void> {
  await mongo.db.dropDatabase();
  await mongo.stop();
}
