import { declareSettings, readConfig, type Environment } from "@parlance/platform/config";
import { kafkaSettings } from "@parlance/platform/eventlog";
import { processSettings } from "@parlance/platform/lifecycle";
import { mongoSettings } from "@parlance/platform/mongo";
import { gatewaySettings } from "@parlance/gateway";
import { groupSettings } from "@parlance/group";
import { identitySettings } from "@parlance/identity";
import { messagingSettings } from "@parlance/messaging";
import { presenceSettings } from "@parlance/presence";

export const standaloneSettings = declareSettings({
  standaloneData: {
    env: "PARLANCE_STANDALONE_DATA", type: "path", default: "./data",
    doc: "Folder of the embedded store and of credentials.json; made when missing. `:memory:` keeps nothing.",
  },
  standaloneGrpcListen: {
    env: "PARLANCE_STANDALONE_GRPC_LISTEN", type: "hostport", default: "127.0.0.1:50051",
    doc: "Where the four services answer gRPC, with reflection and health.",
  },
  standaloneSynchronous: {
    env: "PARLANCE_STANDALONE_SYNCHRONOUS", type: "enum", values: ["FULL", "NORMAL"], default: "FULL",
    doc: "FULL: an ack survives power loss. NORMAL: it survives the death of the process only.",
  },
});

export const declarations = [
  processSettings, standaloneSettings, gatewaySettings, identitySettings, groupSettings, messagingSettings, presenceSettings,
  mongoSettings, kafkaSettings,
] as const;

/** Settings of the whole platform in one process; all problems at once. */
export function readStandaloneConfig(env: Environment) {
  const config = readConfig(declarations, env);
  // A laptop is not a cluster: browser pages of any origin may connect while only this machine can.
  const loopback = ["127.0.0.1", "localhost", "::1"].includes(config.gatewayListen.host);
  return config.corsOrigins.length === 0 && loopback ? { ...config, corsOrigins: ["*"] } : config;
}

export type StandaloneConfig = ReturnType<typeof readStandaloneConfig>;
