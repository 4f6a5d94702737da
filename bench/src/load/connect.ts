import { createReadBuffer, type Target } from "../wire/socket.js";
import { ServerFrames } from "../wire/server-frames.js";
import { LoadClient, type Account } from "./client.js";

const AT_ONCE = 64;

/** Connects all accounts, some at a time; rejects when one cannot. */
export async function connectAll(target: Target, accounts: readonly Account[]): Promise<LoadClient[]> {
  const common = { target, shared: createReadBuffer(), frames: new ServerFrames() };
  const clients: LoadClient[] = [];
  for (let from = 0; from < accounts.length; from += AT_ONCE) {
    const batch = accounts.slice(from, from + AT_ONCE).map((account) => new LoadClient({ ...common, account }));
    await Promise.all(batch.map((client) => client.ready));
    clients.push(...batch);
  }
  return clients;
}
