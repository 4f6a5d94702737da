// A server of the MongoDB protocol over a file. An emulator: operators run MongoDB itself.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jarsOf } from "./jars.mjs";
import { launch } from "./server.mjs";

const pom = fileURLToPath(new URL("../mongo/pom.xml", import.meta.url));
const java = fileURLToPath(new URL("../mongo/LocalMongo.java", import.meta.url));

export const mongo = {
  name: "mongo",
  readyLine: "LocalMongo ready",
  portCount: 1,
  async start(server, [port], cache) {
    const classPath = jarsOf({ name: "mongo", pom, java, cache });
    await launch(server, port, [
      "-Xmx512m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
      "-cp", classPath, "LocalMongo", String(port), join(server.folder, "data"),
    ]);
  },
  env([port]) {
    const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
    return { PARLANCE_MONGODB_URI: uri, PARLANCE_TEST_MONGODB_URI: uri };
  },
};
