// A platform with a fail point: it dies by kill -9 as soon as a batch with the last words is durable, before anybody hears of
// the commit. Started by f02; never part of an image.
import { processEnvironment } from "@parlance/platform/config";
import { runMain } from "@parlance/platform/lifecycle";
import { createMetrics } from "@parlance/platform/metrics";
import { systemRandom } from "@parlance/platform/random";
import { systemClock } from "@parlance/platform/time";
import { readStandaloneConfig } from "../../../src/config.js";
import { createPlatform } from "../../../src/platform.js";
import { LAST_WORDS } from "../kit/last-words.js";
import { overStore, type Store } from "../kit/over-store.js";

function dyingStore(store: Store): Store {
  return overStore(store, {
    append: async (rows) => {
      const outcomes = await store.append(rows);
      if (rows.some(({ body }) => Buffer.from(body).includes(LAST_WORDS))) process.kill(process.pid, "SIGKILL");
      return outcomes;
    },
  });
}

await runMain("standalone", async ({ log }) => {
  const platform = await createPlatform({
    config: readStandaloneConfig(processEnvironment()), clock: systemClock(), random: systemRandom(), metrics: createMetrics(), log,
    wrapLogStore: dyingStore,
  });
  platform.lifecycle.add({
    name: "ready",
    start: async () => void process.stdout.write("ready to die\n"),
    stop: async () => undefined,
  });
  return platform.lifecycle;
});
