import { expect, it } from "vitest";
import { timesOf, type CpuProfile } from "./profile.js";

const frame = (functionName: string) => ({ functionName, url: "", lineNumber: 0 });
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame("(root)"), children: [2] },
    { id: 2, callFrame: frame("send"), children: [3] },
    { id: 3, callFrame: frame("encode") },
  ],
  samples: [3, 2, 3],
  timeDeltas: [50_000, 1_000, 2_000],
};

it("own time is the function's, total time also that of what it calls", () => {
  const { own, total } = timesOf(profile, 1_000);
  expect(own).toEqual(new Map([["encode", 52], ["send", 1]]));
  expect(total.get("send")).toBe(53);
});

it("only the end of a profile counts when told so", () => {
  expect(timesOf(profile, 3).own).toEqual(new Map([["encode", 2], ["send", 1]]));
});
