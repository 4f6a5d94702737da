import { expect, it } from "vitest";
import { logLevelFrom } from "./settings.js";

it("takes the log's level from the environment, and the default for none or a wrong one", () => {
  expect(["debug", "loud", undefined].map((level) => logLevelFrom({ PARLANCE_LOG_LEVEL: level }))).toEqual([
    "debug", "info", "info",
  ]);
});
