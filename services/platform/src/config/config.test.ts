import { describe, expect, it } from "vitest";
import { ConfigError, declareSettings, readConfig, type Declaration, type Environment } from "./index.js";

const settings = declareSettings({
  laneRowsMax: {
    env: "PARLANCE_MESSAGING_LANE_ROWS_MAX", type: "int", default: 10_000, min: 1, max: 100_000,
    doc: "Rows that may wait.",
  },
  transport: {
    env: "PARLANCE_GATEWAY_TRANSPORT", type: "enum", values: ["uws", "ws"], default: "uws", doc: "Library.",
  },
  listen: { env: "PARLANCE_GATEWAY_LISTEN", type: "hostport", default: "127.0.0.1:8080", doc: "Address." },
  pretty: { env: "PARLANCE_LOG_PRETTY", type: "bool", default: false, doc: "Colours." },
  brokers: { env: "PARLANCE_KAFKA_BROKERS", type: "list", optional: true, doc: "Brokers." },
  dataDir: { env: "PARLANCE_DATA_DIR", type: "path", default: "./data", doc: "Folder." },
  clusterSecret: {
    env: "PARLANCE_CLUSTER_SECRET", type: "string", minLen: 16, secret: true, doc: "Shared by all processes.",
  },
});

const SECRET = "0123456789abcdef";
const good: Environment = { PARLANCE_CLUSTER_SECRET: SECRET, HOME: "/x" };

function problemsOf(env: Environment, declarations: readonly Declaration[] = [settings]): readonly string[] {
  try {
    readConfig(declarations, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("readConfig", () => {
  it("fills in defaults and freezes the result", () => {
    const config = readConfig([settings], good);
    expect(config).toEqual({
      laneRowsMax: 10_000, transport: "uws", listen: { host: "127.0.0.1", port: 8080 }, pretty: false,
      brokers: undefined, dataDir: "./data", clusterSecret: SECRET,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it("reads every type from text", () => {
    const config = readConfig([settings], {
      ...good,
      PARLANCE_MESSAGING_LANE_ROWS_MAX: "42", PARLANCE_GATEWAY_TRANSPORT: "ws", PARLANCE_GATEWAY_LISTEN: "[::1]:0",
      PARLANCE_LOG_PRETTY: "Yes", PARLANCE_KAFKA_BROKERS: "a:1, b:2,", PARLANCE_DATA_DIR: "/srv/data",
    });
    // The types are part of the promise.
    const transport: "uws" | "ws" = config.transport;
    const brokers: readonly string[] | undefined = config.brokers;
    expect([config.laneRowsMax, transport, config.listen, config.pretty, brokers, config.dataDir]).toEqual([
      42, "ws", { host: "::1", port: 0 }, true, ["a:1", "b:2"], "/srv/data",
    ]);
  });

  it("lists all problems at once, one per line, with the variable and what was expected", () => {
    const env = {
      PARLANCE_MESSAGING_LANE_ROWS_MAX: "many", PARLANCE_GATEWAY_TRANSPORT: "udp", PARLANCE_GATEWAY_LISTEN: "localhost",
      PARLANCE_LOG_PRETTY: "2", PARLANCE_GATEWAY_TRANSPROT: "ws",
    };
    expect(problemsOf(env)).toEqual([
      'PARLANCE_MESSAGING_LANE_ROWS_MAX is "many": expected a whole number from 1 to 100000',
      'PARLANCE_GATEWAY_TRANSPORT is "udp": expected one of uws, ws',
      'PARLANCE_GATEWAY_LISTEN is "localhost": expected host:port',
      'PARLANCE_LOG_PRETTY is "2": expected true or false',
      "PARLANCE_CLUSTER_SECRET is not set: expected a value. Shared by all processes.",
      "PARLANCE_GATEWAY_TRANSPROT is not a setting: did you mean PARLANCE_GATEWAY_TRANSPORT?",
    ]);
    const lines = new ConfigError(problemsOf(env)).message.split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]).toBe("The configuration has 6 problems:");
  });

  it.each(["0", "100001", "1.5", "1e3", "0x10", " 5", "9".repeat(30)])("refuses the number %j", (text) => {
    expect(problemsOf({ ...good, PARLANCE_MESSAGING_LANE_ROWS_MAX: text })).toHaveLength(1);
  });

  it("takes an empty variable as one that is not set", () => {
    expect(readConfig([settings], { ...good, PARLANCE_MESSAGING_LANE_ROWS_MAX: "" }).laneRowsMax).toBe(10_000);
  });

  it.each(["host", "host:", "host:65536", "a b:1", "http://host:1", "::1:80"])("refuses the address %j", (text) => {
    expect(problemsOf({ ...good, PARLANCE_GATEWAY_LISTEN: text })).toHaveLength(1);
  });

  it("takes a port alone as all interfaces", () => {
    const { listen } = readConfig([settings], { ...good, PARLANCE_GATEWAY_LISTEN: ":80" });
    expect(listen).toEqual({ host: "0.0.0.0", port: 80 });
  });

  it("says so when no known name is near an unknown one", () => {
    expect(problemsOf({ ...good, PARLANCE_ZZZZZZZZZZZZZZZZZZZZZZZZZZ: "1" })).toEqual([
      "PARLANCE_ZZZZZZZZZZZZZZZZZZZZZZZZZZ is not a setting: expected it to be absent",
    ]);
  });

  it("allows, without reading, the settings of processes that share the environment", () => {
    const gateway = declareSettings({ port: { env: "PARLANCE_PORT", type: "int", doc: "Port." } });
    expect(() => readConfig([settings], { ...good, PARLANCE_PORT: "x" }, { others: [gateway] })).not.toThrow();
  });

  it("merges declarations, and refuses two settings of one name as a defect", () => {
    const more = declareSettings({ port: { env: "PARLANCE_PORT", type: "int", default: 1, doc: "Port." } });
    const config = readConfig([settings, more, more], good);
    expect([config.port, config.transport]).toEqual([1, "uws"]);
    const clash = declareSettings({ port: { env: "PARLANCE_OTHER_PORT", type: "int", default: 2, doc: "Port." } });
    expect(() => readConfig([more, clash], {})).toThrow("two settings are called port");
  });
});

describe("S43 secrets", () => {
  it("are never shown in problems", () => {
    const problems = problemsOf({ PARLANCE_CLUSTER_SECRET: "tooshort" });
    expect(problems).toEqual(["PARLANCE_CLUSTER_SECRET has a value (not shown): expected at least 16 characters"]);
  });

  it("may come from a file, without its last line break, but not from both", () => {
    const readFile = (path: string) => {
      if (path !== "/run/secrets/cluster") throw new Error("ENOENT");
      return `${SECRET}\n`;
    };
    const read = (env: Environment) => readConfig([settings], env, { readFile });
    expect(read({ PARLANCE_CLUSTER_SECRET_FILE: "/run/secrets/cluster" }).clusterSecret).toBe(SECRET);
    expect(() => read({ PARLANCE_CLUSTER_SECRET_FILE: "/missing" })).toThrow(/PARLANCE_CLUSTER_SECRET_FILE names a file/);
    expect(() => read({ ...good, PARLANCE_CLUSTER_SECRET_FILE: "/run/secrets/cluster" })).toThrow(/are both set/);
  });
});
