import { afterEach } from "vitest";
import { Harness } from "../testing/transport-harness.js";
import type { Transport, TransportOptions } from "./transport.js";

export type CreateTransport = (options: TransportOptions) => Promise<Transport>;

/** Harnesses that are closed after each test. */
export function harnessesOf(create: CreateTransport): { readonly start: () => Promise<Harness> } {
  const harnesses: Harness[] = [];

  async function start(): Promise<Harness> {
    const harness = new Harness();
    harness.transport = await create(harness.options());
    harness.port = await harness.transport.listen(0, "127.0.0.1");
    harnesses.push(harness);
    return harness;
  }

  afterEach(async () => {
    for (const { clients, transport } of harnesses.splice(0)) {
      for (const client of clients) client.terminate();
      await transport.close();
    }
  });

  return { start };
}
