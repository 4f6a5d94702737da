import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError } from "@parlance/platform/config";
import { readStandaloneConfig } from "../src/config.js";
import { settingsDocument } from "../src/settings-document.js";

describe("settings", () => {
  it("are all in deploy/settings.md, as they are declared (npm run settings writes it)", () => {
    expect(readFileSync(new URL("../../../../deploy/settings.md", import.meta.url), "utf8")).toBe(settingsDocument());
  });

  it("that are wrong or unknown are told all at once, with the name that was perhaps meant", () => {
    const read = () => readStandaloneConfig({
      PARLANCE_GATEWAY_LISTEN: "nowhere", PARLANCE_STANDALONE_SYNCHRONOUS: "MAYBE", PARLANCE_GATEWAY_LISTN: "127.0.0.1:1",
    });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PARLANCE_GATEWAY_LISTEN[^]*PARLANCE_STANDALONE_SYNCHRONOUS|PARLANCE_STANDALONE_SYNCHRONOUS[^]*PARLANCE_GATEWAY_LISTEN/);
    expect(read).toThrow(/PARLANCE_GATEWAY_LISTN.*PARLANCE_GATEWAY_LISTEN/);
  });

  it("that nobody gives make a server on loopback whose acknowledgements survive power loss", () => {
    expect(readStandaloneConfig({})).toMatchObject({
      gatewayListen: { host: "127.0.0.1" }, standaloneGrpcListen: { host: "127.0.0.1" }, standaloneSynchronous: "FULL",
    });
  });

  it("let pages of any origin in only while nobody but this machine can connect", () => {
    expect(readStandaloneConfig({}).corsOrigins).toEqual(["*"]);
    expect(readStandaloneConfig({ PARLANCE_GATEWAY_LISTEN: "0.0.0.0:8080" }).corsOrigins).toEqual([]);
  });
});
