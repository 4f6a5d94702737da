import { lookup } from "node:dns/promises";
import type { Component } from "../../lifecycle/index.js";
import type { Log } from "../../log/index.js";
import type { Clock, Timer } from "../../time/index.js";
import type { Unsubscribe } from "../context.js";
import { parsePodAddresses, type PodAddresses } from "./addresses.js";

/** The pods of a service as this process knows them. */
export interface PodSource {
  /** `host:port` each, sorted. Empty: there is no pod. */
  current(): readonly string[];
  /** Called after each change of what `current` answers. */
  onChange(listener: () => void): Unsubscribe;
}

/** The IP addresses of a name; rejects when they cannot be learned. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export interface PodsOptions {
  /** `host:port` entries, or one `dns:name:port`: a headless service. */
  readonly addresses: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly resolve?: Resolve;
}

const RESOLVE_EVERY_MS = 2_000;

/** As the system resolves it, with its search domains. */
const systemResolve: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

export class Pods implements PodSource, Component {
  readonly name = "pods";
  readonly #source: PodAddresses;
  readonly #options: PodsOptions;
  readonly #listeners = new Set<() => void>();
  #current: readonly string[];
  #timer: Timer | undefined;
  #resolving = false;
  #failing = false;
  #stopped = false;

  /** Throws when an address is none. */
  constructor(options: PodsOptions) {
    this.#options = options;
    this.#source = parsePodAddresses(options.addresses);
    this.#current = this.#source.kind === "listed" ? this.#source.addresses : [];
  }

  /** Has asked once when it resolves; a name that is not known yet is no failure. */
  async start(): Promise<void> {
    const source = this.#source;
    if (source.kind === "listed") return;
    await this.#ask(source.name, source.port);
    if (this.#stopped) return;
    this.#timer = this.#options.clock.every(RESOLVE_EVERY_MS, () => void this.#ask(source.name, source.port));
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    return Promise.resolve();
  }

  current(): readonly string[] {
    return this.#current;
  }

  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A failure keeps the last answer: pods do not go away because a name server does. */
  async #ask(name: string, port: number): Promise<void> {
    if (this.#resolving) return;
    this.#resolving = true;
    const { log, resolve = systemResolve } = this.#options;
    try {
      const found = await resolve(name);
      this.#failing = false;
      this.#set([...new Set(found)].map((ip) => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`)).sort());
    } catch (cause) {
      if (!this.#failing) log.warn({ name, cause }, "the addresses of pods cannot be learned");
      this.#failing = true;
    } finally {
      this.#resolving = false;
    }
  }

  #set(addresses: readonly string[]): void {
    if (this.#stopped || addresses.join() === this.#current.join()) return;
    this.#options.log.info({ before: this.#current, now: addresses }, "pods changed");
    this.#current = addresses;
    for (const listener of this.#listeners) listener();
  }
}

export function createPods(options: PodsOptions): Pods {
  return new Pods(options);
}
