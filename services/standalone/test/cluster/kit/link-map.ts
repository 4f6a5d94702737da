import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TcpProxy, type Observe } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { REDIRECTS } from "./redirects.js";

const PRELOAD = new URL("./redirect.js", import.meta.url).href;

/** Which connections of which process go through a proxy. What is open already stays as it is until its process starts anew. */
export class LinkMap {
  readonly #proxies: TcpProxy[] = [];
  readonly #ports = new Map<string, Map<number, number>>();

  constructor(private readonly folder: string) {}

  /** For the environment of a process. */
  env(pod: string): Readonly<Record<string, string>> {
    this.#write(pod);
    return { NODE_OPTIONS: `--import=${PRELOAD}`, [REDIRECTS]: this.#file(pod) };
  }

  /** Leads what a process connects to from now on through a proxy. */
  async lead(pod: string, address: string, observe?: Observe): Promise<TcpProxy> {
    const targetPort = Number(address.split(":").at(-1));
    const proxy = await TcpProxy.start({ targetPort, clock: systemClock(), ...(observe === undefined ? {} : { observe }) });
    this.#proxies.push(proxy);
    this.#ports.set(pod, (this.#ports.get(pod) ?? new Map()).set(targetPort, proxy.port));
    this.#write(pod);
    return proxy;
  }

  /** New connections are direct again, and those through proxies end. */
  async free(): Promise<void> {
    const pods = [...this.#ports.keys()];
    this.#ports.clear();
    for (const pod of pods) this.#write(pod);
    await this.stop();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#proxies.splice(0).map((proxy) => proxy.stop()));
  }

  #write(pod: string): void {
    writeFileSync(this.#file(pod), JSON.stringify(Object.fromEntries(this.#ports.get(pod) ?? [])));
  }

  #file(pod: string): string {
    return join(this.folder, `${pod}.links.json`);
  }
}
