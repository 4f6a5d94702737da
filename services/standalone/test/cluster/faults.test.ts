// All faults of the cluster, one after another on one cluster of processes, one real broker and one server of MongoDB's
// protocol (reliability.md 3, "C").
import { afterAll, beforeAll, describe } from "vitest";
import { systemRandom } from "@parlance/platform/random";
import { f01Kill } from "./f01-kill.js";
import { f02KillBeforePublish } from "./f02-kill-before-publish.js";
import { f03Broker } from "./f03-broker.js";
import { f06HalfOpen } from "./f06-half-open.js";
import { f10Poison } from "./f10-poison.js";
import { Cluster } from "./kit/cluster.js";
import { givenServers, seedOf } from "./kit/gate.js";
import { OwnServers } from "./kit/own-servers.js";
import type { Place, Suite } from "./kit/place.js";

const SUITES: readonly Suite[] = [f01Kill, f02KillBeforePublish, f03Broker, f06HalfOpen, f10Poison];
const START_MS = 180_000;

describe.skipIf(givenServers() === undefined)("a cluster under faults", () => {
  const seed = seedOf(() => systemRandom().int(2 ** 31));
  let place: Place | undefined;

  // The broker and the store are stopped and killed here, so they are no one else's.
  beforeAll(async () => {
    const servers = await OwnServers.start();
    place = { servers, seed, cluster: await Cluster.start({ servers, gatewayEnv: { PARLANCE_GATEWAY_SOCKETS_PER_USER: "200" } }) };
  }, START_MS);
  afterAll(async () => {
    await place?.cluster.stop();
    await place?.servers.stop();
  }, START_MS);

  for (const suite of SUITES) suite(() => place!);
});
