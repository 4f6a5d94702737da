// The port for those who run the process: whether it lives, whether traffic may come, what it measures. A port of its own,
// so that none of it is on the public listener (S45).

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HostPort } from "../config/index.js";
import type { Component } from "../lifecycle/index.js";
import type { Metrics } from "../metrics/index.js";

/** Says whether something this process needs is there; a rejection is a no. */
export type Check = () => boolean | Promise<boolean>;

export interface ManagementOptions {
  readonly listen: HostPort;
  readonly metrics: Metrics;
  /** By name; looked at for each request. None of them counts for /live: a store that is away must not restart everything (CP6). */
  readonly checks: Readonly<Record<string, Check>>;
}

export class Management implements Component {
  readonly name = "management";
  readonly #options: ManagementOptions;
  readonly #server: Server;
  #started = false;
  #stopping = false;

  constructor(options: ManagementOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  async start(): Promise<void> {
    const { host, port } = this.#options.listen;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(port, host, () => resolve());
    });
  }

  /** Everything has started: from now on the checks decide. */
  opened(): Component {
    return {
      name: "management.opened",
      start: async () => {
        this.#started = true;
      },
      stop: async () => {
        this.#stopping = true;
      },
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").split("?", 1)[0];
    if (path === "/live") return json(response, 200, { status: "ok" });
    if (path === "/ready") return this.#ready(response);
    if (path === "/metrics") {
      const text = await this.#options.metrics.text();
      return void response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(text);
    }
    json(response, 404, { status: "not found" });
  }

  async #ready(response: ServerResponse): Promise<void> {
    const named = Object.entries(this.#options.checks);
    const results = await Promise.all(named.map(async ([name, check]) => [name, await passes(check)] as const));
    const checks = Object.fromEntries([["process", this.#started && !this.#stopping], ...results]
      .map(([name, passed]) => [name, passed === true ? "ok" : "fail"]));
    const isReady = Object.values(checks).every((check) => check === "ok");
    json(response, isReady ? 200 : 503, { status: isReady ? "ok" : "fail", checks });
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function passes(check: Check): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}
