import type { Component, Lifecycle } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { systemRandom, type Random } from "@parlance/platform/random";
import { systemClock } from "@parlance/platform/time";
import { makeAdminKey, makeDefaultApp } from "./bootstrap.js";
import type { StandaloneConfig } from "./config.js";
import { readCredentials, writeCredentials, type Credentials } from "./credentials.js";
import { createPlatform, type Platform } from "./platform.js";
import { printBanner } from "./banner.js";

/** A platform that makes its default app on the first start and says how to reach it. */
export async function createStandalone(config: StandaloneConfig, log: Log): Promise<Lifecycle> {
  const random = systemRandom();
  const clock = systemClock();
  const kept = await readCredentials(config.standaloneData);
  const adminKey = kept?.adminKey ?? makeAdminKey(random);
  const platform = await createPlatform({
    config, clock, random, log, adminKey, metrics: createMetrics({ processFigures: true }),
  });
  platform.lifecycle.add(firstStart({ platform, config, random, kept, adminKey }));
  return platform.lifecycle;
}

interface FirstStart {
  readonly platform: Platform;
  readonly config: StandaloneConfig;
  readonly random: Random;
  readonly kept: Credentials | undefined;
  readonly adminKey: string;
}

/** Last in the order: everything answers when the credentials are written. */
function firstStart({ platform, config, random, kept, adminKey }: FirstStart): Component {
  return {
    name: "first-start",
    start: async () => {
      const app = kept ?? await makeDefaultApp(platform.channel, random);
      const { gateway } = platform;
      const host = `${config.gatewayListen.host}:${gateway.port}`;
      const grpc = `${config.standaloneGrpcListen.host}:${platform.grpc.port}`;
      const credentials: Credentials = {
        appId: app.appId, authKey: app.authKey, restApiKey: app.restApiKey, adminKey,
        realtimeUrl: `ws://${host}/v1/realtime`,
        restUrl: `http://${host}/v3`,
        grpc: { identity: grpc, group: grpc, messaging: grpc, presence: grpc },
      };
      await writeCredentials(config.standaloneData, credentials);
      printBanner({
        credentials, folder: config.standaloneData, transport: gateway.transportName, synchronous: config.standaloneSynchronous,
        elsewhere: { mongodb: config.mongodbUri !== undefined, kafka: config.kafkaBrokers.length > 0 },
      });
    },
    stop: async () => {},
  };
}
