import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../config/index.js";
import { recordingLog } from "../log/index.js";
import { ManualClock } from "../time/index.js";
import { Lifecycle, runMain, type Component, type MainContext, type ProcessPort } from "./index.js";

const idle = (name: string, overrides: Partial<Component> = {}): Component => ({
  name, start: () => Promise.resolve(), stop: () => Promise.resolve(), ...overrides,
});
const never = () => new Promise<void>(() => undefined);

function scriptedProcess() {
  const listeners = new Map<string, (reason: unknown) => void>();
  const exits: number[] = [];
  const port: ProcessPort = {
    on: (event, listener) => listeners.set(event, listener),
    exit: (code) => exits.push(code),
  };
  const clock = new ManualClock();
  const log = Object.assign(recordingLog(), { flush: () => undefined });
  return {
    exits, clock, log,
    send: async (event: string, reason?: unknown) => {
      listeners.get(event)?.(reason);
      await clock.advance(0);
    },
    run: (build: (main: MainContext) => Promise<Lifecycle>) => runMain("test", build, { clock, log, process: port }),
    lifecycle: (...components: Component[]) => {
      const lifecycle = new Lifecycle({ clock, log });
      for (const component of components) lifecycle.add(component);
      return Promise.resolve(lifecycle);
    },
  };
}

describe("runMain", () => {
  it.each(["SIGTERM", "SIGINT"])("stops everything on %s and exits with 0", async (signal) => {
    const main = scriptedProcess();
    const did: string[] = [];
    let aborted: AbortSignal | undefined;
    const store = idle("store", { stop: () => Promise.resolve(void did.push("stopped")) });
    await main.run((context) => {
      aborted = context.signal;
      return main.lifecycle(store);
    });
    expect([aborted?.aborted, main.exits]).toEqual([false, []]);
    await main.send(signal);
    expect([aborted?.aborted, did, main.exits]).toEqual([true, ["stopped"], [0]]);
  });

  it("exits within the deadline although a component does not stop", async () => {
    const main = scriptedProcess();
    await main.run(() => main.lifecycle(idle("stuck", { stop: never })));
    await main.send("SIGTERM");
    await main.clock.advance(9_999);
    expect(main.exits).toEqual([]);
    await main.clock.advance(1);
    expect(main.exits).toEqual([0]);
  });

  it("exits at once on a second signal", async () => {
    const main = scriptedProcess();
    await main.run(() => main.lifecycle(idle("stuck", { stop: never })));
    await main.send("SIGINT");
    await main.send("SIGINT");
    expect(main.exits).toEqual([130]);
  });

  it("exits with 0 when told to stop while it still waits for its parts", async () => {
    const main = scriptedProcess();
    void main.run(() => main.lifecycle(idle("waiting", { start: never })));
    await main.send("SIGTERM");
    expect(main.exits).toEqual([0]);
  });

  it.each(["uncaughtException", "unhandledRejection"])("S46 logs %s and exits with 1", async (event) => {
    const main = scriptedProcess();
    await main.run(() => main.lifecycle(idle("store")));
    await main.send(event, new Error("defect"));
    expect(main.exits).toEqual([1]);
    expect(main.log.unexpected).toMatchObject([{ level: "fatal", message: event, fields: { error: { message: "defect" } } }]);
  });

  it("exits with 1 when a part does not start", async () => {
    const main = scriptedProcess();
    await main.run(() => main.lifecycle(idle("server", { start: () => Promise.reject(new Error("port taken")) })));
    expect(main.exits).toEqual([1]);
    expect(main.log.unexpected).toMatchObject([{ level: "fatal", message: "could not start" }]);
  });

  it("reports every problem of the configuration as a record of its own", async () => {
    const main = scriptedProcess();
    await main.run(() => Promise.reject(new ConfigError(["PARLANCE_A is bad", "PARLANCE_B is bad"])));
    expect(main.exits).toEqual([1]);
    expect(main.log.unexpected.map(({ fields }) => fields["problem"])).toEqual(["PARLANCE_A is bad", "PARLANCE_B is bad"]);
  });
});

describe("a real process", () => {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = (body: string) => `
    import { Lifecycle, runMain } from ${url("./index.js")};
    import { systemClock } from ${url("../time/index.js")};
    await runMain("child", async ({ log }) => { const clock = systemClock(); ${body} });
  `;
  const child = (body: string) => spawn(process.execPath, ["--input-type=module", "-e", script(body)]);
  const ended = (process: ReturnType<typeof child>) => new Promise<number | null>((resolve) => {
    process.on("exit", resolve);
  });

  it("stays up with nothing but timers, and ends with 0 on SIGTERM with its log complete", async () => {
    const process = child("return new Lifecycle({ clock, log });");
    let output = "";
    const exit = ended(process);
    process.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('"started"') && !output.includes('"stopping"')) process.kill("SIGTERM");
    });
    expect(await exit).toBe(0);
    expect(output).toContain('"msg":"stopped"');
  });

  it("S46 crashes on what nobody caught, after writing why", async () => {
    const process = child("clock.after(1, () => { throw new Error('nobody caught'); }); return new Lifecycle({ clock, log });");
    let output = "";
    process.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    expect(await ended(process)).toBe(1);
    expect(output).toContain("nobody caught");
  });
});
