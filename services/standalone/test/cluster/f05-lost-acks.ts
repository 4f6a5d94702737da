// F5: requests are applied and their replies are cut off, again and again, on every kind of link.
import { describe, expect, it } from "vitest";
import type { Random } from "@parlance/platform/random";
import type { TcpProxy } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const CUTS = 50;
const REPLIES_MAX = 12;
const POLL_MS = 5;
const QUIET_MS = 400;

/** Cuts the line at a random reply, so many times; a line on which nothing comes is looked at again later. */
async function cutReplies(proxies: readonly TcpProxy[], random: Random): Promise<number> {
  const clock = systemClock();
  const cutsOf = (): number => proxies.reduce((sum, { trips }) => sum + trips, 0);
  for (let turn = 0; cutsOf() < CUTS && turn < 2 * CUTS; turn += 1) {
    const before = cutsOf();
    const proxy = proxies[turn % proxies.length]!;
    proxy.cutAt("toClient", { replies: 1 + random.int(REPLIES_MAX) });
    for (let waited = 0; waited < QUIET_MS && cutsOf() === before; waited += POLL_MS) await clock.sleep(POLL_MS);
  }
  return cutsOf();
}

export const f05LostAcks: Suite = (place) => {
  describe(`F5: replies are cut off, ${CUTS} times on each kind of link`, () => {
    it("stores and shows everything once (I1-I11, I13-I15, I18)", async () => {
      const { cluster, servers, seed } = place();
      const clients = await Promise.all(cluster.processes.gatewayUrls.map((url) => cluster.links.lead("clients", new URL(url).host)));
      const links: Readonly<Record<string, readonly TcpProxy[]>> = {
        "client–gateway": clients,
        "gateway–service": await cluster.lead("gateway-1", cluster.pod("messaging-1").address, cluster.pod("messaging-2").address),
        ...await (async () => {
          const [kafka, mongo] = await cluster.lead("messaging-1", servers.addressOf("kafka"), servers.addressOf("mongo"));
          return { "service–Kafka": [kafka!], "service–store": [mongo!] };
        })(),
      };
      const run = await FaultRun.start(cluster, { name: "F5", seed, ports: clients.map(({ port }) => port) });
      for (const [link, proxies] of Object.entries(links)) {
        const name = `F5 lost acks ${link}`;
        await run.fault(name, async () => {
          const cuts = await cutReplies(proxies, run.random);
          await Promise.all(proxies.map((proxy) => proxy.pass()));
          run.note(name, `${cuts} cuts`);
          expect(cuts).toBeGreaterThanOrEqual(CUTS / 2);
        }, { countsFrom: "heal" });
      }
      await run.finish();
      await cluster.links.free();
    }, 300_000);
  });
};
