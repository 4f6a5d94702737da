import { expect, it } from "vitest";
import { readArguments } from "./arguments.js";

it("scenarios, settings and quickness are read", () => {
  expect(readArguments(["--quick", "--set", "PARLANCE_GATEWAY_TRANSPORT=ws", "pairs", "idle"])).toEqual({
    names: ["pairs", "idle"], quick: true, settings: { PARLANCE_GATEWAY_TRANSPORT: "ws" }, profileFolder: undefined,
  });
});

it("all means every scenario once", () => {
  expect(readArguments(["all"]).names).toEqual(["start", "pairs", "group", "idle", "exchange", "reconnect", "cluster", "cluster-reconnect"]);
});

it.each([[[]], [["nonsense"]], [["--fast", "pairs"]], [["--set", "PATH=x", "pairs"]], [["toString"]]])("%j is answered with the usage", (args) => {
  expect(() => readArguments(args)).toThrow("npm run bench -- ");
});
