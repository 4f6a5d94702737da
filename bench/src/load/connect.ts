import { systemClock } from "@parlance/platform/time";
import { createReadBuffer, type ReadBuffer, type Target } from "../wire/socket.js";
import { ServerFrames } from "../wire/server-frames.js";
import { LoadClient, type Account } from "./client.js";

const AT_ONCE = 64;
/** How often a client that was not answered in time tries again: before the load begins everything may be cold. */
const TRIES = 5;
const AGAIN_MS = 1_000;

interface Common {
  readonly target: Target;
  readonly shared: ReadBuffer;
  readonly frames: ServerFrames;
}

/** Connects all accounts, some at a time, as fast as the gateway lets them in; rejects when one cannot. */
export async function connectAll(target: Target, accounts: readonly Account[]): Promise<LoadClient[]> {
  const common = { target, shared: createReadBuffer(), frames: new ServerFrames() };
  const clients: LoadClient[] = [];
  for (let from = 0; from < accounts.length; from += AT_ONCE) {
    clients.push(...await Promise.all(accounts.slice(from, from + AT_ONCE).map((account) => connectOne(common, account))));
  }
  return clients;
}

/** Comes back when it is told to, and a few times when it is not. */
async function connectOne(common: Common, account: Account): Promise<LoadClient> {
  for (let failures = 0; ;) {
    let waitMs = 0;
    const closed = (_code: number, _why: string, retryAfterMs: number) => {
      waitMs = retryAfterMs;
    };
    const client = new LoadClient({ ...common, account }, { closed });
    try {
      await client.ready;
      client.events = {};
      return client;
    } catch (error) {
      if (waitMs === 0 && (failures += 1) === TRIES) throw error;
      client.cut();
      await systemClock().sleep(waitMs === 0 ? AGAIN_MS : waitMs);
    }
  }
}
