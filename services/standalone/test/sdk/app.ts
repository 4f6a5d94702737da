import { fork, type ChildProcess } from "node:child_process";
import { before } from "../testing/device.js";
import type { AppState, Command, Report } from "./app-protocol.js";

const SCRIPT = new URL("./app-process.js", import.meta.url);

/** An app on the SDK, in a process of its own. */
export class App {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (report: Report) => void>();
  readonly #exited: Promise<void>;
  #lastId = 0;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#exited = new Promise((resolve) => void process.once("exit", () => resolve()));
    process.on("message", (report: Report) => this.#waiting.get(report.id)?.(report));
  }

  static async start(): Promise<App> {
    const app = new App(fork(SCRIPT, { env: {}, execArgv: ["--enable-source-maps"] }));
    await before(new Promise((resolve) => void app.#waiting.set(0, resolve)), "the start of an app");
    return app;
  }

  /** Rejects with the code of the SDK's exception. */
  async tell(command: Command): Promise<unknown> {
    const id = (this.#lastId += 1);
    const reported = new Promise<Report>((resolve) => void this.#waiting.set(id, resolve));
    this.#process.send({ id, command });
    const { value, error } = await before(reported, `"${command.do}" of an app`);
    if (error !== undefined) throw new Error(error);
    return value;
  }

  async send(where: string, text: string): Promise<{ readonly id: number; readonly seq: number }> {
    return (await this.tell({ do: "send", where, text })) as { readonly id: number; readonly seq: number };
  }

  async look(): Promise<AppState> {
    return (await this.tell({ do: "look" })) as AppState;
  }

  /** Looks until it is so; every look is a round trip to the app, so there is no busy waiting. */
  async until(holds: (state: AppState) => boolean, what: string): Promise<AppState> {
    let given = false;
    const looking = (async () => {
      for (;;) {
        const state = await this.look();
        if (given || holds(state)) return state;
      }
    })();
    return before(looking, what).finally(() => (given = true));
  }

  async stop(): Promise<void> {
    this.#process.kill();
    await this.#exited;
  }
}
