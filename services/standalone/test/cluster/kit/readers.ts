import { RawClient } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import type { CallAs } from "../../faults/kit/final-state.js";

const TRIES = 20;
const AGAIN_IN_MS = 250;

/** Everybody's reader at one gateway: devices that only ask. */
export class Readers {
  readonly #clients = new Map<string, RawClient>();
  readonly #clock = systemClock();

  constructor(private readonly port: number, private readonly tokens: ReadonlyMap<string, string>) {}

  /** Asked again while the answer is that it should be. */
  readonly call: CallAs = async (uid, method, request) => {
    for (let tries = 1; ; tries += 1) {
      const answer = await (await this.#client(uid)).call(method, request);
      if (answer.outcome === "ok") return answer.result;
      const isLast = tries === TRIES || (answer.outcome === "fail" && !answer.error.retryable);
      if (isLast) throw new Error(`${method} by ${uid} at the gateway of port ${this.port}: ${JSON.stringify(answer)}`);
      await this.#clock.sleep(AGAIN_IN_MS);
    }
  };

  async stop(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.socket.destroy()));
  }

  async #client(uid: string): Promise<RawClient> {
    const known = this.#clients.get(uid);
    if (known !== undefined) return known;
    const client = await RawClient.open({ port: this.port, clock: this.#clock });
    await client.hello({ token: this.tokens.get(uid) ?? "", deviceId: `reader-${this.port}` });
    this.#clients.set(uid, client);
    return client;
  }
}
