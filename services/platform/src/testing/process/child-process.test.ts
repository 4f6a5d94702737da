import { existsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../time/index.js";
import { Child, type ChildOptions } from "./child-process.js";
import { OutputTail } from "./output-tail.js";
import { freePort, temporaryFolder } from "./places.js";

const clock = systemClock();
const LISTENING = /listening on (\d+)/;

describe("H9: process control", () => {
  const children: Child[] = [];

  afterEach(async () => {
    for (const child of children.splice(0)) await child.stop();
  });

  async function start(behaviour: string, options: Partial<ChildOptions> = {}): Promise<Child> {
    const script = new URL("./obedient-child.js", import.meta.url);
    const child = await Child.start({
      script,
      args: [behaviour],
      ready: { line: LISTENING },
      clock,
      ...options,
    });
    children.push(child);
    return child;
  }

  it("waits for the line that says ready, and reads the port from it", async () => {
    const child = await start("normal");
    const socket = connect(Number(child.ready[1]), "127.0.0.1");
    await new Promise<void>((resolve, reject) => void socket.once("connect", resolve).once("error", reject));
    socket.destroy();
    expect(child.isRunning).toBe(true);
  });

  it("waits for a file that says ready", async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, "ready");
    const child = await start("file", { args: ["file", file], ready: { file } });
    expect(child.ready[0]).toMatch(/^port \d+$/);
    folder.remove();
  });

  it("shows what a child printed that died before it was ready", async () => {
    await expect(start("die")).rejects.toThrow(/ended with 3[^]*no such setting: PARLANCE_NONSENSE/);
  });

  it("kills a child that is not ready in time", async () => {
    await expect(start("silent", { readyWithinMs: 300 })).rejects.toThrow(/not ready within 300 ms/);
  });

  it("kills without giving the child a chance", async () => {
    const child = await start("normal");
    expect(await child.kill()).toEqual({ code: null, signal: "SIGKILL" });
    expect(child.output).not.toContain("goodbye");
    expect(child.isRunning).toBe(false);
  });

  it("asks a child to stop, and it says goodbye", async () => {
    const child = await start("normal");
    expect(await child.terminate()).toEqual({ code: 0, signal: null });
    expect(child.output).toContain("goodbye");
  });

  it("freezes a child, whose sockets stay without an answer, and thaws it", async () => {
    const child = await start("normal");
    const socket = connect(Number(child.ready[1]), "127.0.0.1");
    const echoed = (): Promise<string> =>
      new Promise((resolve) => void socket.once("data", (data) => resolve(data.toString())));
    const first = echoed();
    socket.write("one");
    expect(await first).toBe("one");
    child.suspend();
    const second = echoed();
    socket.write("two");
    child.resume();
    expect(await second).toBe("two");
    socket.destroy();
  });

  it("stops a frozen child at the end of a test", async () => {
    const child = await start("normal");
    child.suspend();
    expect(await child.stop()).toEqual({ code: 0, signal: null });
  });

  it("keeps the end of the output only", async () => {
    const child = await start("chatter");
    expect(child.output.length).toBeLessThanOrEqual(262_144);
    expect(child.output).toContain("line 19999");
    expect(child.output).not.toContain("line 1 ");
  });

  it("puts lines together that come in pieces", () => {
    const tail = new OutputTail(20);
    expect(tail.add("rea")).toEqual([]);
    expect(tail.add("dy\nnext")).toEqual(["ready"]);
    expect(tail.text).toBe("ready\nnext");
    tail.add(" line that is long\n");
    expect(tail.text).toBe("");
  });

  it("finds free ports, and removes temporary folders with what is in them", async () => {
    expect(await freePort()).toBeGreaterThan(1_023);
    const folder = temporaryFolder();
    writeFileSync(join(folder.path, "file"), "content");
    folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  });
});
