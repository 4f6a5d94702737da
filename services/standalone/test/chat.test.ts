import { afterEach, describe, expect, it } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { TestPlatform } from "./testing/test-platform.js";

let platform: TestPlatform | undefined;

afterEach(async () => {
  await platform?.stopClean();
});

describe("two people", () => {
  it("chat in both directions, and each sees every message once, in order", async () => {
    platform = await TestPlatform.start();
    const { appId } = await platform.app();
    await platform.users(appId, "alice", "bob");
    const heard: Record<"alice" | "bob", Json[]> = { alice: [], bob: [] };
    const alice = await platform.raw(appId, "alice", "phone", { onEvent: (event) => heard.alice.push(event) });
    const bob = await platform.raw(appId, "bob", "laptop", { onEvent: (event) => heard.bob.push(event) });
    const send = (client: typeof alice, to: string, text: string) => client.call("messaging.SendMessage", {
      receiverType: "RECEIVER_TYPE_USER", receiverId: to, muid: text, text: { text },
    });
    expect((await send(alice, "bob", "one")).outcome).toBe("ok");
    expect((await send(bob, "alice", "two")).outcome).toBe("ok");
    await platform.settle();
    await bob.call("identity.GetUser", {});
    await alice.call("identity.GetUser", {});
    expect(seqsOf(heard.bob)).toEqual([1]);
    expect(seqsOf(heard.alice)).toEqual([2]);
  });
});

function seqsOf(events: readonly Json[]): unknown[] {
  return events.map((event) => (event["row"] as Json | undefined)?.["seq"]).filter((seq) => seq !== undefined);
}
