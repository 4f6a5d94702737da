// Two apps that look alike never touch (P15, I14, S13). The canary names occur in app "red" only; not a byte of them may reach
// anybody of app "blue".
import { expect } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { toGroup, toUser, type Device } from "../testing/device.js";
import { historyOf } from "../testing/history.js";
import type { Scenarios } from "../testing/scenario.js";
import type { Tenant } from "../testing/tenant.js";

const CANARY = "canary";

async function populate(tenant: Tenant, colour: string): Promise<Device[]> {
  await tenant.users("alice", "bob", `${colour}-only`);
  await tenant.group("team", "alice", { members: ["bob"] });
  await tenant.group(`${colour}-den`, "alice", { members: ["bob"] });
  const all = { hello: { presence: "PRESENCE_MODE_ALL" } };
  return Promise.all([tenant.device("alice", "phone", all), tenant.device("bob", "phone", all)]);
}

/** Everything that leaves traces: names, texts, groups, marks, presence, signals, profiles. */
async function live(tenant: Tenant, devices: readonly Device[], word: string): Promise<{ readonly id: number; readonly groupMessageId: number }> {
  const [alice, bob] = devices as [Device, Device];
  const { id } = await alice.send(toUser("bob"), `${word} direct`);
  const { id: groupMessageId } = await alice.send(toGroup("team"), `${word} group`, { metadataJson: `{"k":"${word}"}` });
  await bob.ok("messaging.MarkRead", { ...toUser("alice"), messageId: id });
  await alice.ok("messaging.EditMessage", { messageId: id, text: { text: `${word} edited` } });
  await alice.tell({ typing: { ...toGroup("team"), metadataJson: `{"k":"${word}"}` } });
  await alice.tell({ transient: { ...toUser("bob"), dataJson: `{"k":"${word}"}` } });
  await alice.ok("identity.UpdateUser", { uid: "alice", name: `${word} Alice` });
  await alice.ok("group.UpdateGroup", { guid: "team", name: `${word} Team` });
  await alice.ok("group.ChangeScope", { guid: "team", uid: "bob", scope: "MEMBER_SCOPE_MODERATOR" });
  await bob.next("transient");
  await tenant.quiet();
  return { id, groupMessageId };
}

/** Every reading call a user has, with ids that exist in both apps and ids that exist only in the other. */
function crawl(foreign: { readonly id: number; readonly groupMessageId: number }): [string, Json][] {
  return [
    ["identity.GetUser", { uid: "alice" }], ["identity.GetUser", { uid: "red-only" }], ["identity.ListUsers", {}],
    ["identity.ListUsers", { searchKey: CANARY }], ["group.ListGroups", {}], ["group.ListGroups", { searchKey: CANARY }],
    ["group.GetGroup", { guid: "team" }], ["group.GetGroup", { guid: "red-den" }], ["group.ListMembers", { guid: "team" }],
    ["group.ListMembers", { guid: "red-den" }], ["group.JoinGroup", { guid: "red-den" }],
    ["messaging.ListMessages", toUser("bob")], ["messaging.ListMessages", toGroup("team")], ["messaging.ListMessages", {}],
    ["messaging.ListMessages", toGroup("red-den")], ["messaging.ListRows", toGroup("team")],
    ["messaging.ListMessages", { ...toUser("bob"), messageId: foreign.id }],
    ["messaging.GetMessage", { messageId: foreign.id }], ["messaging.GetMessage", { messageId: foreign.groupMessageId }],
    ["messaging.EditMessage", { messageId: foreign.id, text: { text: "mine now" } }],
    ["messaging.DeleteMessage", { messageId: foreign.groupMessageId }],
    ["messaging.MarkRead", { ...toUser("bob"), messageId: foreign.id }],
    ["messaging.SendMessage", { ...toUser("red-only"), text: { text: "x" } }],
    ["messaging.SendMessage", { ...toGroup("red-den"), text: { text: "x" } }],
    ["messaging.ListConversations", {}], ["messaging.GetUnreadCounts", {}],
    ["messaging.Sync", { conversations: [{ ...toUser("bob"), seq: 0 }, { ...toGroup("team"), seq: 0 }] }],
    ["presence.GetPresence", { uids: ["alice", "bob", "red-only"] }], ["presence.GetOnlineUserCount", {}],
    ["presence.SubscribePresence", { uids: ["alice", "bob", "red-only"] }],
    ["identity.ListAuthTokens", { uid: "alice" }],
  ];
}

export const isolation: Scenarios = {
  "two apps with the same users and groups never see a byte of each other (I14, P15)": async (platform) => {
    const [red, blue] = [await platform.tenant("Red"), await platform.tenant("Blue")];
    const [redDevices, blueDevices] = [await populate(red, "red"), await populate(blue, "blue")];
    const foreign = await live(red, redDevices, CANARY);
    await live(blue, blueDevices, "plain");
    for (const device of blueDevices) {
      for (const [method, request] of crawl(foreign)) await device.client.call(method, request);
    }
    await blue.quiet();
    const received = blueDevices.flatMap(({ texts }) => texts).join("\n");
    expect(received).toContain("plain direct");
    // What a call itself named may come back in an error; nothing else of the other app may.
    const leaks = received.split("\n").filter((text) => text.includes(CANARY) || text.includes(red.appId) || text.includes("red-den\""));
    expect(leaks).toEqual([]);
    expect(await blueDevices[0]!.ok("presence.GetOnlineUserCount", {})).toEqual({ count: 2 });
    expect((await historyOf(redDevices[0]!, toUser("bob"))).map(({ text }) => (text as Json | undefined)?.["text"]))
      .toEqual([`${CANARY} edited`, undefined]);
  },

  "an id of the other app is as unknown as one that never was (S15)": async (platform) => {
    const [red, blue] = [await platform.tenant("Red"), await platform.tenant("Blue")];
    const redDevices = await populate(red, "red");
    const [alice] = await populate(blue, "blue");
    const foreign = await live(red, redDevices, CANARY);
    const never = { id: foreign.id - 1, groupMessageId: foreign.groupMessageId - 1 };
    const answers = async (ids: typeof never, uid: string, guid: string) => {
      const list: unknown[] = [];
      for (const [method, request] of crawl(ids)) {
        const named = JSON.parse(JSON.stringify(request).replaceAll("red-only", uid).replaceAll("red-den", guid)) as Json;
        const answer = await alice!.client.call(method, named);
        list.push([method, answer.outcome === "fail" ? answer.error.code : answer.outcome]);
      }
      return list;
    };
    expect(await answers(foreign, "red-only", "red-den")).toEqual(await answers(never, "never-there", "never-there"));
  },

  "a token of one app opens no connection of another, and names no other app in a call": async (platform) => {
    const [red, blue] = [await platform.tenant("Red"), await platform.tenant("Blue")];
    await populate(red, "red");
    await populate(blue, "blue");
    const token = await red.token("alice");
    await expect(blue.device("alice", "phone", { hello: { token, appId: blue.appId } })).rejects.toThrow("4200");
    const answer = await fetch(`${platform.httpUrl}/v1/call/identity.GetUser`, {
      method: "POST", headers: { authToken: token, appId: blue.appId, "content-type": "application/json" }, body: "{\"uid\":\"bob\"}",
    });
    expect([answer.status, ((await answer.json()) as Json)["code"]]).toEqual([403, "AUTH_ERR_INVALID_APPID"]);
  },
};
