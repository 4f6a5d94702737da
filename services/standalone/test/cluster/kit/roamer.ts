import { TIMED_OUT, within, type Clock } from "@parlance/platform/time";
import type { Random } from "@parlance/platform/random";
import { ChatClient, type ChatClientOptions } from "../../faults/kit/chat-client.js";

export interface RoamerOptions extends Omit<ChatClientOptions, "port" | "onMiss" | "open"> {
  /** Of the gateways, the one to begin with first. */
  readonly ports: readonly number[];
  readonly random: Random;
}

const OPEN_WITHIN_MS = 5_000;
const BACK_IN_MS = 250;
const AGAIN_IN_MS = 300;

/** A device that stays connected: when its connection ends it goes to the next gateway, and it resumes until that is answered. */
export class Roamer {
  readonly client: ChatClient;
  readonly #options: RoamerOptions;
  #stop = (): void => {};
  readonly #stopped = new Promise<void>((resolve) => (this.#stop = resolve));
  #isStopped = false;
  #resuming = false;
  #turn = 0;
  #connections = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RoamerOptions) {
    this.#options = options;
    this.client = new ChatClient({ callTimeoutMs: 10_000, ...options, port: options.ports[0]!, onMiss: () => void this.#resumeAgain() });
  }

  /** How often it has been connected. */
  get connections(): number {
    return this.#connections;
  }

  async start(): Promise<void> {
    this.#running = this.#roam();
    await this.client.whenConnected();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stop();
    await this.client.drop();
    await this.#running;
  }

  async #roam(): Promise<void> {
    const { clock, random } = this.#options;
    while (!this.#isStopped) {
      if (await this.#connect()) await Promise.race([this.client.ended, this.#stopped]);
      this.#turn += 1;
      if (!this.#isStopped) await clock.sleep(20 + random.int(BACK_IN_MS));
    }
  }

  async #connect(): Promise<boolean> {
    const { clock, ports } = this.#options;
    const port = ports[this.#turn % ports.length]!;
    try {
      const result = await within(clock, OPEN_WITHIN_MS, this.client.connect(port));
      this.#connections += 1;
      // A resume that takes long goes on while it is connected.
      return result !== TIMED_OUT || this.client.isConnected;
    } catch {
      return false;
    }
  }

  async #resumeAgain(): Promise<void> {
    if (this.#resuming) return;
    this.#resuming = true;
    const { clock }: { readonly clock: Clock } = this.#options;
    try {
      do await clock.sleep(AGAIN_IN_MS);
      while (this.client.isConnected && !this.#isStopped && !(await this.client.resume()));
    } finally {
      this.#resuming = false;
    }
  }
}
