import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder, type TemporaryFolder } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import type { GivenServers } from "./gate.js";

export type ServerName = "kafka" | "mongo";

const STARTER = fileURLToPath(new URL("../../../../../../deploy/local/cluster.mjs", import.meta.url));
const LOOK_EVERY_MS = 20;

/** A broker and a store of this run alone, so that they can be stopped and killed; in a folder that goes with them. */
export class OwnServers implements GivenServers {
  readonly #folder: TemporaryFolder;

  private constructor(folder: TemporaryFolder, readonly kafkaBrokers: string, readonly mongodbUri: string) {
    this.#folder = folder;
  }

  static async start(): Promise<OwnServers> {
    const folder = temporaryFolder();
    const printed = await starter("start", folder.path).catch(async (error: unknown) => {
      // One of the two may run.
      await starter("stop", folder.path, "--wipe");
      folder.remove();
      throw error;
    });
    const setting = (name: string): string => new RegExp(`^${name}=(.+)$`, "m").exec(printed)?.[1] ?? "";
    return new OwnServers(folder, setting("PARLANCE_TEST_KAFKA_BROKERS"), setting("PARLANCE_TEST_MONGODB_URI"));
  }

  /** `host:port`. */
  addressOf(name: ServerName): string {
    return name === "kafka" ? this.kafkaBrokers : new URL(this.mongodbUri).host;
  }

  suspend(name: ServerName): void {
    process.kill(this.#pid(name), "SIGSTOP");
  }

  resume(name: ServerName): void {
    process.kill(this.#pid(name), "SIGCONT");
  }

  /** By kill -9; its data stay. Returns when its port is free: the system takes a while to clear a process away. */
  async kill(name: ServerName): Promise<void> {
    process.kill(this.#pid(name), "SIGKILL");
    while (await isOpen(Number(this.addressOf(name).split(":").at(-1)))) await systemClock().sleep(LOOK_EVERY_MS);
  }

  /** On the port and the data that it had. */
  async restart(name: ServerName): Promise<void> {
    await starter("start", this.#folder.path, "--only", name);
  }

  async stop(): Promise<void> {
    await starter("stop", this.#folder.path, "--wipe");
    this.#folder.remove();
  }

  #pid(name: ServerName): number {
    return Number(readFileSync(join(this.#folder.path, name, "pid"), "utf8"));
  }
}

async function starter(command: "start" | "stop", folder: string, ...more: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [STARTER, command, "--data", folder, ...more], { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (piece: string) => (printed += piece));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`deploy/local could not ${command} the servers: ${printed}`);
  return printed;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false)).once("close", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
