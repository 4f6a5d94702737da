import { afterEach, describe, expect, it } from "vitest";
import { toGroup, toUser } from "../testing/device.js";
import { historyOf } from "../testing/history.js";
import { TestPlatform } from "../testing/test-platform.js";

const platforms: TestPlatform[] = [];

afterEach(async () => {
  for (const platform of platforms.splice(0)) await platform.stopClean();
});

describe("two whole platforms in one process", () => {
  it("do not see each other: neither users nor tokens nor messages nor presence", async () => {
    platforms.push(await TestPlatform.start(), await TestPlatform.start());
    const [one, two] = [await platforms[0]!.tenant(), await platforms[1]!.tenant()];
    const devices = [];
    for (const tenant of [one, two]) {
      await tenant.users("alice", "bob");
      await tenant.group("team", "alice", { members: ["bob"] });
      devices.push(await tenant.device("alice"), await tenant.device("bob"));
    }
    const [alice1, bob1, alice2, bob2] = devices;
    await alice1!.send(toUser("bob"), "for the first");
    await alice1!.send(toGroup("team"), "for the first team");
    await one.quiet();
    await two.quiet();
    expect(bob1!.messageTexts).toEqual(["for the first", "for the first team"]);
    expect([alice2!.messageTexts, bob2!.messageTexts]).toEqual([[], []]);
    expect(await historyOf(bob2!, toUser("alice"))).toEqual([]);
    expect(await alice2!.ok("presence.GetOnlineUserCount", {})).toEqual({ count: 2 });
    const token = await one.token("alice");
    await expect(two.device("alice", "phone", { hello: { token } })).rejects.toThrow("4200");
  });

  it("end one by one: the other goes on", async () => {
    const [first, second] = [await TestPlatform.start(), await TestPlatform.start()];
    platforms.push(second);
    const tenant = await second.tenant();
    await tenant.users("alice", "bob");
    const [alice, bob] = [await tenant.device("alice"), await tenant.device("bob")];
    await first.stop();
    await alice.send(toUser("bob"), "still here");
    await tenant.quiet();
    expect(bob.messageTexts).toEqual(["still here"]);
  });
});
