import { describe, expect, it } from "vitest";
import { mutatedFrames, MUTATION_KINDS, type MutatedFrame, type Samples } from "./mutate.js";

const SAMPLES: Samples = {
  json: ['{"id":7,"call":{"method":"messaging.SendMessage","request":{"receiverId":"bob"}}}', '{"ping":{}}'],
  binary: [Buffer.from("0807120568656c6c6f", "hex"), Buffer.from("0801", "hex")],
};

function take(seed: number, count: number): MutatedFrame[] {
  const frames = mutatedFrames(seed, SAMPLES);
  return Array.from({ length: count }, () => frames.next().value);
}

describe("F16: the frame mutator", () => {
  it("gives the same frames for the same seed, and others for another", () => {
    expect(take(1, 200)).toEqual(take(1, 200));
    expect(take(1, 200)).not.toEqual(take(2, 200));
  });

  it("comes to every kind of mutation", () => {
    expect(new Set(take(3, 2_000).map(({ kind }) => kind))).toEqual(new Set(MUTATION_KINDS));
  });

  it("keeps frames small enough to send a hundred thousand of them", () => {
    const frames = take(4, 2_000);
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
    expect(bytes / frames.length).toBeLessThan(20_000);
  });
});
