// The gateway as a process of a cluster: one of many, none of which knows the others.
import { hkdfSync } from "node:crypto";
import type { Environment } from "@parlance/platform/config";
import { Lifecycle } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import {
  clusterTransport, Management, openEventLog, openPeers, readProcessConfig, surroundings,
} from "@parlance/platform/process";
import { gatewayProcessSettings, gatewaySettings } from "./config.js";
import { createGateway } from "./gateway.js";
import { createRest } from "./rest/index.js";

export async function createGatewayProcess(env: Environment, log: Log): Promise<Lifecycle> {
  const config = readProcessConfig([gatewaySettings, gatewayProcessSettings], env);
  const transport = await clusterTransport(config);
  const around = surroundings(log);
  const { clock, metrics } = around;
  const peers = openPeers(["identity", "group", "messaging", "presence"], config, transport, around);
  const eventLog = await openEventLog(config, around);
  const gateway = createGateway({
    ...around, eventLog, config, channels: peers.channels,
    resumeKey: derived(transport.secret, "resume tokens"),
    // The store's own epoch is in what messaging answers; this one only says that gateways belong together.
    epoch: derived(transport.secret, "cluster").toString("hex"),
    logId: config.kafkaTopicPrefix,
    followerLagMs: () => eventLog.followerLag.ms,
    drainMs: DRAIN_MS,
  });
  const checks = { gateway: () => gateway.ready() };
  gateway.addHttpRoutes(createRest({
    ...around, channels: peers.channels, appRates: gateway.appRates, corsOrigins: config.corsOrigins, adminKeys: config.adminKeys, checks,
  }));
  const management = new Management({ listen: config.managementListen, metrics, checks });
  const lifecycle = new Lifecycle({ clock, log });
  for (const component of [management, peers.component, eventLog, gateway, management.opened()]) lifecycle.add(component);
  return lifecycle;
}

const DRAIN_MS = 60_000;
const DERIVED_BYTES = 32;

/** The same in every gateway, and nothing that tells the secret. */
function derived(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", `parlance ${purpose}`, DERIVED_BYTES));
}
