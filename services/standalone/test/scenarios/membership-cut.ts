// What a kick, a ban and a leave cut (P14, chat.md 9.10).
import { expect } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { historyOf, rowsOf } from "../testing/history.js";
import { toGroup, type Device } from "../testing/device.js";
import type { Scenarios } from "../testing/scenario.js";
import type { Tenant } from "../testing/tenant.js";
import type { TestPlatform } from "../testing/test-platform.js";

const team = toGroup("team");

interface Cut {
  readonly tenant: Tenant;
  readonly alice: Device;
  readonly bob: Device;
  readonly bob2: Device;
  readonly carol: Device;
}

async function cast(platform: TestPlatform): Promise<Cut> {
  const tenant = await platform.tenant();
  await tenant.users("alice", "bob", "carol");
  await tenant.group("team", "alice", { members: ["bob", "carol"] });
  const [alice, bob, bob2, carol] = await Promise.all([
    tenant.device("alice"), tenant.device("bob"), tenant.device("bob", "laptop"), tenant.device("carol"),
  ]);
  await alice.send(team, "before");
  await tenant.quiet();
  return { tenant, alice, bob, bob2, carol };
}

/** Everything that can happen in a group. */
async function liveOn({ tenant, alice, carol }: Cut): Promise<void> {
  const { id } = await carol.send(team, "after");
  await carol.ok("messaging.EditMessage", { messageId: id, text: { text: "after, edited" } });
  await alice.ok("messaging.MarkRead", { ...team, messageId: id });
  alice.client.send({ typing: team });
  alice.client.send({ transient: { ...team, dataJson: "{\"secret\":1}" } });
  await carol.next("typing");
  await carol.next("transient");
  await alice.ok("group.UpdateGroup", { guid: "team", description: "after" });
  await alice.ok("group.ChangeScope", { guid: "team", uid: "carol", scope: "MEMBER_SCOPE_MODERATOR" });
  await carol.ok("messaging.DeleteMessage", { messageId: id });
  await tenant.quiet();
}

function expectSilence({ bob, bob2 }: Cut): void {
  expect([bob.events, bob2.events]).toEqual([[], []]);
  expect([...bob.texts, ...bob2.texts].filter((text) => text.includes("team"))).toEqual([]);
}

const cuts: Readonly<Record<string, (cut: Cut) => Promise<unknown>>> = {
  kicked: ({ alice }) => alice.ok("group.KickMember", { guid: "team", uid: "bob" }),
  banned: ({ alice }) => alice.ok("group.BanMember", { guid: "team", uid: "bob" }),
  gone: ({ bob }) => bob.ok("group.LeaveGroup", { guid: "team" }),
};

const afterTheCut: Scenarios = Object.fromEntries(Object.entries(cuts).map(([how, cut]) => [
  `nothing of the group reaches who is ${how}, on any device, from the answer on (P14)`,
  async (platform: TestPlatform) => {
    const all = await cast(platform);
    await cut(all);
    await all.tenant.quiet();
    all.bob.forget();
    all.bob2.forget();
    await liveOn(all);
    expectSilence(all);
  },
]));

export const membershipCut: Scenarios = {
  ...afterTheCut,

  "the next send, edit, read and mark of a kicked member is refused once KickMember has answered": async (platform) => {
    const { alice, bob } = await cast(platform);
    const { id } = await bob.send(team, "mine");
    await alice.ok("group.KickMember", { guid: "team", uid: "bob" });
    const refusals = await Promise.all([
      bob.refused("messaging.SendMessage", { ...team, text: { text: "x" } }),
      bob.refused("messaging.ListMessages", team),
      bob.refused("messaging.ListRows", team),
    ]);
    expect(refusals).toEqual(["ERR_GROUP_NOT_JOINED", "ERR_GROUP_NOT_JOINED", "ERR_GROUP_NOT_JOINED"]);
    expect(await bob.refused("messaging.EditMessage", { messageId: id, text: { text: "x" } })).toBe("ERR_MESSAGE_NO_ACCESS");
    expect(await bob.refused("messaging.GetMessage", { messageId: id })).toBe("ERR_MESSAGE_NO_ACCESS");
    expect(await bob.refused("messaging.MarkRead", { ...team, messageId: id })).toBe("ERR_GROUP_NOT_JOINED");
    expect(await bob.refused("messaging.GetConversation", { conversationType: "RECEIVER_TYPE_GROUP", conversationWith: "team" }))
      .toBe("ERR_CONVERSATION_NOT_ACCESSIBLE");
    expect((await historyOf(alice, team)).map(({ type }) => type)).toEqual(["groupMember", "groupMember", "text", "text", "groupMember"]);
  },

  "sends that race with a kick are stored before it or refused, never after it": async (platform) => {
    const { tenant, alice, bob, bob2 } = await cast(platform);
    const send = (device: Device, n: number) => device.client.call("messaging.SendMessage", { ...team, muid: `${device.name}${n}`, text: { text: "x" } });
    const before = Array.from({ length: 15 }, (_, n) => send(n % 2 === 0 ? bob : bob2, n));
    const kick = alice.ok("group.KickMember", { guid: "team", uid: "bob" });
    const during = Array.from({ length: 15 }, (_, n) => send(n % 2 === 0 ? bob : bob2, 100 + n));
    const kickSeq = ((await kick)["action"] as { seq: number }).seq;
    const late = await send(bob, 200);
    expect(late.outcome).toBe("fail");
    const answers = await Promise.all([...before, ...during]);
    await tenant.quiet();
    const rows = await rowsOf(alice, team);
    const ofBob = rows.filter(({ message }) => ((message as Json)["sender"] as Json)["id"] === "bob");
    expect(ofBob.every(({ seq }) => (seq as number) < kickSeq)).toBe(true);
    expect(answers.filter(({ outcome }) => outcome === "ok")).toHaveLength(ofBob.length);
  },

  "a typing signal or transient message of a kicked member reaches nobody": async (platform) => {
    const all = await cast(platform);
    await all.alice.ok("group.KickMember", { guid: "team", uid: "bob" });
    await all.tenant.quiet();
    all.bob.client.send({ typing: team });
    all.bob.client.send({ transient: { ...team, dataJson: "{}" } });
    await all.bob.caughtUp();
    await all.tenant.quiet();
    expect([all.alice.heard("typing"), all.carol.heard("transient")]).toEqual([[], []]);
  },

  "the conversation of a group one was kicked from is gone from the list and, at a sync, said to be gone": async (platform) => {
    const { tenant, alice, bob } = await cast(platform);
    const { syncToken, epoch } = await bob.ok("messaging.ListConversations", {});
    await alice.ok("group.KickMember", { guid: "team", uid: "bob" });
    const list = await bob.ok("messaging.ListConversations", {});
    expect(list["conversations"] ?? []).toEqual([]);
    const synced = await bob.ok("messaging.Sync", { conversations: [{ ...team, seq: 1 }], syncToken, epoch });
    expect(synced["conversations"]).toEqual([{ ...team, gone: true }]);
    await tenant.quiet();
  },

  "who joins a private group later sees only what came since": async (platform) => {
    const { tenant, alice } = await cast(platform);
    await tenant.group("den", "alice", { type: "private" });
    await alice.send(toGroup("den"), "secret");
    await alice.ok("group.AddMembers", { guid: "den", members: [{ uid: "carol" }] });
    const carol = await tenant.device("carol", "laptop");
    await alice.send(toGroup("den"), "welcome");
    const texts = (await historyOf(carol, toGroup("den"))).flatMap(({ text }) => (text === undefined ? [] : [(text as Json)["text"]]));
    expect(texts).toEqual(["welcome"]);
    const rows = await rowsOf(carol, toGroup("den"));
    expect(JSON.stringify(rows)).not.toContain("secret");
    await tenant.quiet();
    expect(carol.texts.join("")).not.toContain("secret");
  },
};
