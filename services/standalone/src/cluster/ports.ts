import { createServer } from "node:net";
import type { Random } from "@parlance/platform/random";

// Below the range from which systems take the ports of outgoing connections: one of those could sit on the port of a pod
// that is being restarted.
const FIRST = 20_000;
const COUNT = 10_000;
const TRIES_MAX = 1_000;

/** Ports of this machine that are free now, for processes that must be found at the same place after a restart. */
export async function freePorts(count: number, random: Random): Promise<number[]> {
  const free: number[] = [];
  for (let tries = 0; free.length < count; tries += 1) {
    if (tries === TRIES_MAX) throw new Error("this machine has no free ports left");
    const port = FIRST + random.int(COUNT);
    if (!free.includes(port) && await isFree(port)) free.push(port);
  }
  return free;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
