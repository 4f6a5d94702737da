import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Child } from "@parlance/platform/testing";
import type { Clock } from "@parlance/platform/time";

export type PodKind = "identity" | "group" | "messaging" | "presence" | "gateway";

export interface PodOptions {
  readonly name: string;
  readonly kind: PodKind;
  /** Where it answers: Exchange, or the clients of a gateway. */
  readonly address: string;
  readonly managementUrl: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Its log goes to `<name>.log` there. */
  readonly folder: string;
  /** Another entry than the product's: a test with a fail point in it. */
  readonly script?: string;
  readonly clock: Clock;
}

const READY_WITHIN_MS = 60_000;

/** A process of the cluster. A restarted one has the same addresses. */
export class Pod {
  readonly #options: PodOptions;
  #child: Child | undefined;
  #log: WriteStream | undefined;

  constructor(options: PodOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get kind(): PodKind {
    return this.#options.kind;
  }

  get address(): string {
    return this.#options.address;
  }

  get managementUrl(): string {
    return this.#options.managementUrl;
  }

  get pid(): number | undefined {
    return this.#child?.isRunning === true ? this.#child.pid : undefined;
  }

  get output(): string {
    return this.#child?.output ?? "";
  }

  /** Resolves when the pod says that it is ready. Throws with what it printed when it is not in time. */
  async start(): Promise<void> {
    if (this.pid !== undefined) return;
    const { name, kind, env, folder, script, clock } = this.#options;
    this.#log?.end();
    const log = createWriteStream(join(folder, `${name}.log`), { flags: "a" });
    this.#log = log;
    this.#child = await Child.start({
      script: script ?? entryOf(kind), env, clock,
      nodeArgs: ["--enable-source-maps", "--disable-proto=delete"],
      ready: { ask: () => this.isReady() }, readyWithinMs: READY_WITHIN_MS,
      onLine: (line) => void log.write(`${line}\n`),
    });
  }

  /** Resolves when the process that runs now has ended. */
  async ended(): Promise<void> {
    await this.#child?.exited;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  /** SIGTERM, and waits however long it takes. */
  async terminate(): Promise<void> {
    await this.#child?.terminate();
  }

  suspend(): void {
    this.#child?.suspend();
  }

  resume(): void {
    this.#child?.resume();
  }

  /** In whatever state it is, in the end by force. */
  async stop(): Promise<void> {
    await this.#child?.stop();
    this.#log?.end();
  }

  async isReady(): Promise<boolean> {
    return fetch(`${this.managementUrl}/ready`).then(({ ok }) => ok, () => false);
  }
}

function entryOf(kind: PodKind): string {
  const folder = kind === "gateway" ? "../../../../../gateway/dist/main.js" : `../../../../${kind}/dist/main.js`;
  return fileURLToPath(new URL(folder, import.meta.url));
}
