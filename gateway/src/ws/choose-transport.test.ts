import { recordingLog } from "@parlance/platform/log";
import { systemClock } from "@parlance/platform/time";
import { describe, expect, test } from "vitest";
import { Harness } from "../testing/transport-harness.js";
import { chooseTransport, type TransportChoice } from "./choose-transport.js";

async function choose(choice: TransportChoice, loads: boolean) {
  const log = recordingLog();
  const createFast = loads ? {} : { createFast: () => Promise.reject(new Error("no binary for this machine")) };
  const transport = await chooseTransport(choice, new Harness().options(), { clock: systemClock(), log, ...createFast });
  await transport.close();
  return { name: transport.name, warnings: log.records };
}

describe("the choice of transport", () => {
  test("auto takes uWebSockets.js, and where it does not load ws, with the reason in the log", async () => {
    expect(await choose("auto", true)).toEqual({ name: "uws", warnings: [] });
    const { name, warnings } = await choose("auto", false);
    expect([name, warnings[0]?.level, warnings[0]?.fields["error"]]).toMatchObject(["ws", "warn", { message: "no binary for this machine" }]);
  });

  test("a named transport is that one or none", async () => {
    expect((await choose("ws", true)).name).toBe("ws");
    await expect(choose("uws", false)).rejects.toThrow("no binary");
  });
});
