// All faults of the cluster, one after another on one cluster of processes, one real broker and one server of MongoDB's
// protocol (reliability.md 3, "C").
import { afterAll, beforeAll, describe, it } from "vitest";
import { seededRandom, systemRandom } from "@parlance/platform/random";
import { f01Kill } from "./f01-kill.js";
import { f02KillBeforePublish } from "./f02-kill-before-publish.js";
import { f03Broker } from "./f03-broker.js";
import { f04Store } from "./f04-store.js";
import { f05LostAcks } from "./f05-lost-acks.js";
import { f06HalfOpen } from "./f06-half-open.js";
import { f07DoubledRecords } from "./f07-doubled-records.js";
import { f09Rebalance } from "./f09-rebalance.js";
import { f10Poison } from "./f10-poison.js";
import { f17Reconnect } from "./f17-reconnect.js";
import { f18RollingRestart } from "./f18-rolling-restart.js";
import { f21CutOff } from "./f21-cut-off.js";
import { Cluster } from "./kit/cluster.js";
import { givenServers, seedOf } from "./kit/gate.js";
import { OwnServers } from "./kit/own-servers.js";
import type { Place, Suite } from "./kit/place.js";
import { Visitors } from "./kit/visitors.js";

const SUITES: readonly Suite[] = [
  f01Kill, f02KillBeforePublish, f03Broker, f04Store, f05LostAcks, f06HalfOpen, f07DoubledRecords, f09Rebalance, f10Poison, f17Reconnect,
  f18RollingRestart, f21CutOff,
];
const START_MS = 180_000;
/** Admission as by default, which F17 is about; and as many sockets of a user as it opens. */
const GATEWAY_ENV = {
  PARLANCE_GATEWAY_UPGRADES_PER_SECOND: "500", PARLANCE_GATEWAY_UPGRADES_BURST: "500", PARLANCE_GATEWAY_SOCKETS_PER_USER: "200",
};

describe.skipIf(givenServers() === undefined)("a cluster under faults", () => {
  const seed = seedOf(() => systemRandom().int(2 ** 31));
  let place: Place | undefined;
  let visitors: Visitors | undefined;

  // The broker and the store are stopped and killed here, so they are no one else's.
  beforeAll(async () => {
    const servers = await OwnServers.start();
    place = { servers, seed, cluster: await Cluster.start({ servers, gatewayEnv: GATEWAY_ENV }) };
    visitors = await Visitors.start(place.cluster, seededRandom(seed));
  }, START_MS);
  afterAll(async () => {
    await visitors?.stop();
    await place?.cluster.stop();
    await place?.servers.stop();
  }, START_MS);

  for (const suite of SUITES) suite(() => place!);

  it("show nobody online who has been gone for two leases (I16)", async () => {
    await visitors!.finish();
  }, 120_000);
});
