import { describe, expect, it } from "vitest";
import { recordingLog } from "../log/index.js";
import { ManualClock } from "../time/index.js";
import { Lifecycle, type Component } from "./index.js";

function system() {
  const clock = new ManualClock();
  const log = recordingLog();
  const did: string[] = [];
  const component = (name: string, overrides: Partial<Component> = {}): Component => ({
    name,
    start: async () => {
      did.push(`start ${name}`);
    },
    stop: async () => {
      did.push(`stop ${name}`);
    },
    ...overrides,
  });
  return { clock, log, did, component, lifecycle: new Lifecycle({ clock, log }) };
}

const never = () => new Promise<void>(() => undefined);

describe("Lifecycle", () => {
  it("starts in order and stops in reverse, once each", async () => {
    const { lifecycle, component, did } = system();
    for (const name of ["store", "relay", "server"]) lifecycle.add(component(name));
    await Promise.all([lifecycle.start(), lifecycle.start()]);
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(did).toEqual(["start store", "start relay", "start server", "stop server", "stop relay", "stop store"]);
  });

  it("stops what runs when a start fails, and passes the failure on", async () => {
    const { lifecycle, component, did } = system();
    lifecycle.add(component("store"));
    lifecycle.add(component("server", { start: () => Promise.reject(new Error("port taken")) }));
    lifecycle.add(component("after"));
    await expect(lifecycle.start()).rejects.toThrow("port taken");
    expect(did).toEqual(["start store", "stop store"]);
  });

  it("goes on stopping when one fails, and logs which", async () => {
    const { lifecycle, component, did, log } = system();
    lifecycle.add(component("store"));
    lifecycle.add(component("relay", { stop: () => Promise.reject(new Error("cut")) }));
    await lifecycle.start();
    await lifecycle.stop();
    expect(did.at(-1)).toBe("stop store");
    expect(log.unexpected).toMatchObject([{ message: "stopping failed", fields: { component: "relay" } }]);
  });

  it("leaves behind what is not done at the deadline, and stops the others", async () => {
    const { lifecycle, component, did, log, clock } = system();
    lifecycle.add(component("store"));
    lifecycle.add(component("stuck", { stop: never }));
    await lifecycle.start();
    const stopped = lifecycle.stop(1_000);
    await clock.advance(1_000);
    await stopped;
    expect(did.at(-1)).toBe("stop store");
    expect(log.records).toMatchObject([{ level: "warn", message: "not stopped in time", fields: { component: "stuck" } }]);
  });

  it("stops also what was still starting when the stop came, and starts nothing more", async () => {
    const { lifecycle, component, did } = system();
    let started = () => {};
    const slow = new Promise<void>((resolve) => {
      started = resolve;
    });
    lifecycle.add(component("store"));
    lifecycle.add(component("slow", { start: () => slow }));
    lifecycle.add(component("after"));
    const starting = lifecycle.start();
    await Promise.resolve();
    await lifecycle.stop();
    started();
    await starting;
    expect(did).toEqual(["start store", "stop store", "stop slow"]);
  });

  it("takes no component after the start", async () => {
    const { lifecycle, component } = system();
    await lifecycle.start();
    expect(() => lifecycle.add(component("late"))).toThrow("late came after the start");
  });
});
