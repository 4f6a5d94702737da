import { describe, expect, test } from "vitest";
import { silentLog } from "../../log/index.js";
import { ManualClock } from "../../time/index.js";
import { parsePodAddresses } from "./addresses.js";
import { createPods } from "./pods.js";

describe("addresses", () => {
  test.each([
    ["shop", "\"shop\" is not host:port"], ["shop:", "is not host:port"], ["shop:0", "is not host:port"],
    ["shop:70000", "is not host:port"], ["dns:shop", "is not dns:name:port"], ["dns:shop:0", "is not dns:name:port"],
    ["http://shop:1", "is not host:port"],
  ])("%s is refused", (address, problem) => {
    expect(() => parsePodAddresses([address])).toThrow(problem);
  });

  test("are listed once each, or stand behind one name", () => {
    expect(parsePodAddresses(["b:1", "[::1]:2", "127.0.0.1:3"])).toMatchObject({ addresses: ["127.0.0.1:3", "[::1]:2", "b:1"] });
    expect(parsePodAddresses(["dns:shop.default:7000"])).toEqual({ kind: "named", name: "shop.default", port: 7_000 });
    expect(() => parsePodAddresses(["a:1", "a:1"])).toThrow("twice");
    expect(() => parsePodAddresses(["a:1", "dns:shop:1"])).toThrow("nothing may stand beside it");
  });
});

describe("pods behind a name", () => {
  async function resolving(...answers: (readonly string[] | Error)[]) {
    const clock = new ManualClock();
    const pods = createPods({
      addresses: ["dns:messaging:7000"], clock, log: silentLog(),
      resolve: (name) => {
        const answer = answers.shift() ?? new Error(`no more answers for ${name}`);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    });
    const changes: (readonly string[])[] = [];
    pods.onChange(() => changes.push(pods.current()));
    await pods.start();
    return { clock, pods, changes };
  }

  test("are known at the start, and asked for every two seconds", async () => {
    const { clock, pods, changes } = await resolving(["10.0.0.2", "10.0.0.1"], ["10.0.0.1", "10.0.0.2"], ["10.0.0.1", "fd00::1"], []);
    expect(pods.current()).toEqual(["10.0.0.1:7000", "10.0.0.2:7000"]);
    await clock.advance(2_000);
    expect(changes).toHaveLength(1);
    await clock.advance(2_000);
    expect(pods.current()).toEqual(["10.0.0.1:7000", "[fd00::1]:7000"]);
    await clock.advance(2_000);
    expect(pods.current()).toEqual([]);
    await pods.stop();
  });

  test("stay known while the name cannot be resolved", async () => {
    const { clock, pods } = await resolving(["10.0.0.1"], new Error("SERVFAIL"), new Error("SERVFAIL"));
    await clock.advance(4_000);
    expect(pods.current()).toEqual(["10.0.0.1:7000"]);
    await pods.stop();
  });

  test("may come later than those who call them", async () => {
    const { clock, pods } = await resolving(new Error("ENOTFOUND"), ["10.0.0.1"]);
    expect(pods.current()).toEqual([]);
    await clock.advance(2_000);
    expect(pods.current()).toEqual(["10.0.0.1:7000"]);
    await pods.stop();
  });
});
