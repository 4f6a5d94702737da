// Bad input over all three ways: each call gets its catalogue error, stores nothing, and the connection goes on.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { toGroup, toUser, type Device } from "../testing/device.js";
import { rowsOf } from "../testing/history.js";
import { SkippingClock } from "../testing/skipping-clock.js";
import type { Tenant } from "../testing/tenant.js";
import { TestPlatform } from "../testing/test-platform.js";
import { openWays, type Way } from "./ways.js";

const SEND = "messaging.SendMessage";
const text = (value: string) => ({ text: { text: value } });

let platform: TestPlatform;
let tenant: Tenant;
let bob: Device;
let ways: readonly [Way, Way, Way];

beforeEach(async () => {
  platform = await TestPlatform.start({ clock: new SkippingClock() });
  tenant = await platform.tenant();
  await tenant.users("alice", "bob", "carol");
  await tenant.group("team", "bob");
  await tenant.group("closed", "bob");
  bob = await tenant.device("bob");
  await bob.ok("group.BanMember", { guid: "closed", uid: "alice" });
  ways = await openWays(platform, tenant, "alice");
});

afterEach(async () => {
  await platform.stopClean();
});

/** The same refusal on every way; then a good message of each way is stored, and the log holds these only. */
async function everywhere(method: string, request: Json, error: string, which: readonly Way[] = ways): Promise<void> {
  const refusals = [];
  for (const way of which) refusals.push([way.name, await way.call(method, request)]);
  expect(refusals).toEqual(which.map(({ name }) => [name, error]));
  await goOn(which);
}

async function goOn(which: readonly Way[] = ways): Promise<void> {
  for (const way of which) expect(await way.call(SEND, { ...toUser("bob"), muid: `check ${way.name}`, ...text("check") })).toBe("ok");
  const rows = await rowsOf(bob, toUser("alice"));
  expect(rows.map(({ seq, message }) => [seq, (message as Json)["muid"]])).toEqual(which.map(({ name }, n) => [n + 1, `check ${name}`]));
}

const refused: readonly [title: string, method: string, request: Json, error: string][] = [
  ["a method that does not exist", "messaging.Explode", {}, "ERR_API_NOT_FOUND"],
  ["a service that does not exist", "weather.Get", {}, "ERR_API_NOT_FOUND"],
  ["a method name that is none", "messaging.SendMessage.Explode", {}, "ERR_API_NOT_FOUND"],
  ["a text over 10 KB", SEND, { ...toUser("bob"), ...text("x".repeat(10_241)) }, "ERR_INVALID_MESSAGE_DATA"],
  ["a text of spaces", SEND, { ...toUser("bob"), ...text("   ") }, "ERR_EMPTY_MESSAGE_TEXT"],
  ["a muid over 100 characters", SEND, { ...toUser("bob"), muid: "m".repeat(101), ...text("x") }, "ERR_BAD_REQUEST"],
  ["a receiver that is no id", SEND, { ...toUser("not an id!"), ...text("x") }, "ERR_BAD_REQUEST"],
  ["no receiver", SEND, { receiverType: "RECEIVER_TYPE_USER", ...text("x") }, "ERR_EMPTY_RECEIVER"],
  ["a receiver type that does not exist", SEND, { receiverType: 99, receiverId: "bob", ...text("x") }, "ERR_INVALID_RECEIVER_TYPE"],
  ["a category that clients may not send", SEND, { ...toUser("bob"), category: "CATEGORY_ACTION", ...text("x") }, "ERR_INVALID_MESSAGE_CATEGORY"],
  ["metadata that nests 33 levels deep", SEND, { ...toUser("bob"), metadataJson: nested(33), ...text("x") }, "ERR_INVALID_METADATA"],
  ["metadata that is not an object", SEND, { ...toUser("bob"), metadataJson: "[1]", ...text("x") }, "ERR_INVALID_METADATA"],
  ["metadata with a polluting key", SEND, { ...toUser("bob"), metadataJson: "{\"__proto__\":{}}", ...text("x") }, "ERR_INVALID_METADATA"],
  ["custom data that is no JSON", SEND, { ...toUser("bob"), category: 2, type: "poll", custom: { customDataJson: "{" } }, "ERR_INVALID_CUSTOM_DATA"],
  ["more tags than 25", SEND, { ...toUser("bob"), tags: Array.from({ length: 26 }, (_, n) => `t${n}`), ...text("x") }, "ERR_INVALID_MESSAGE_DATA"],
  ["a page that is too large", "messaging.ListMessages", { ...toUser("bob"), pageSize: 1001 }, "ERROR_LIMIT_EXCEEDED"],
  ["a page token of somebody's making", "messaging.ListConversations", { pageToken: "Zm9v" }, "ERR_BAD_REQUEST"],
  ["a negative message id", "messaging.EditMessage", { messageId: -1, ...text("x") }, "ERR_BAD_REQUEST"],
  ["a message that does not exist", "messaging.EditMessage", { messageId: 7, ...text("x") }, "ERR_MESSAGE_ID_NOT_FOUND"],
  ["a send to a group one is no member of", SEND, { ...toGroup("team"), ...text("x") }, "ERR_GROUP_NOT_JOINED"],
  ["a send of a banned member", SEND, { ...toGroup("closed"), ...text("x") }, "ERR_GROUP_NOT_JOINED"],
  ["a group that does not exist", SEND, { ...toGroup("nowhere"), ...text("x") }, "ERR_GUID_NOT_FOUND"],
  ["a method of the services among themselves", "presence.ReportConnections", { gatewayId: "g" }, "AUTH_ERR_NO_ACCESS"],
  ["a method of app servers", "identity.CreateUser", { uid: "mallory", name: "M" }, "AUTH_ERR_NO_ACCESS"],
  ["a method of operators", "identity.ListApps", { pageSize: 1 }, "AUTH_ERR_NO_ACCESS"],
  ["somebody else's profile", "identity.UpdateUser", { uid: "bob", name: "not Bob" }, "AUTH_ERR_NO_ACCESS"],
];

describe("over every way in, the platform refuses", () => {
  it.each(refused)("%s", async (_, method, request, error) => {
    await everywhere(method, request, error);
  });

  it("ids of another app, as if they were not there", async () => {
    const other = await platform.tenant("Other");
    await other.users("dave", "erin");
    await other.group("their-group", "dave", { members: ["erin"] });
    const dave = await other.device("dave");
    const { id } = await dave.send(toUser("erin"), "theirs");
    for (const way of ways) {
      expect(await way.call("messaging.GetMessage", { messageId: id })).toBe("ERR_MESSAGE_ID_NOT_FOUND");
      expect(await way.call(SEND, { ...toUser("dave"), ...text("x") })).toBe("ERR_UID_NOT_FOUND");
      expect(await way.call(SEND, { ...toGroup("their-group"), ...text("x") })).toBe("ERR_GUID_NOT_FOUND");
      expect(await way.call("group.JoinGroup", { guid: "their-group" })).toBe("ERR_GUID_NOT_FOUND");
    }
    await goOn();
  });

  it("a muid that comes again with other content, and keeps the first message", async () => {
    const first = { ...toUser("carol"), muid: "m1", ...text("first") };
    for (const way of ways) expect(await way.call(SEND, first)).toBe("ok");
    await everywhere(SEND, { ...first, ...text("other") }, "ERR_MUID_CONFLICT");
    const carol = await tenant.device("carol");
    expect((await rowsOf(carol, toUser("alice"))).map(({ message }) => (message as Json)["text"])).toEqual([{ text: "first" }]);
  });
});

const wrongShapes: readonly [title: string, request: Json][] = [
  ["a number in place of a text", { ...toUser("bob"), text: { text: 5 } }],
  ["a text in place of an object", { ...toUser("bob"), text: "hello" }],
  ["an object in place of an id", { ...toUser("bob"), receiverId: {}, ...text("x") }],
  ["a list in place of a muid", { ...toUser("bob"), muid: ["m"], ...text("x") }],
  ["an object in place of a list", { ...toUser("bob"), tags: { 0: "a" }, ...text("x") }],
  ["a fraction in place of a number", { ...toUser("bob"), parentMessageId: 1.5, ...text("x") }],
  ["a number above 2^53", { ...toUser("bob"), parentMessageId: 2 ** 54, ...text("x") }],
  ["a word that is not of the enum", { receiverType: "RECEIVER_TYPE_PLANET", receiverId: "bob", ...text("x") }],
  ["two contents at once", { ...toUser("bob"), ...text("x"), custom: { customDataJson: "{}" } }],
  ["a field that does not exist", { ...toUser("bob"), ...text("x"), importance: "high" }],
  ["a field that only the platform writes", { ...toUser("bob"), ...text("x"), seq: 1, sentAtMs: 5 }],
];

it("a user's own update leaves the role as it was (S17)", async () => {
  for (const way of ways) expect(await way.call("identity.UpdateUser", { uid: "alice", name: "Alice", role: "admin" })).toBe("ok");
  const { user } = await bob.ok("identity.GetUser", { uid: "alice" });
  expect(user).toMatchObject({ name: "Alice", role: "default" });
  await goOn();
});

describe("over the JSON ways, the platform refuses with ERR_BAD_REQUEST", () => {
  it.each(wrongShapes)("%s", async (_, request) => {
    await everywhere(SEND, request, "ERR_BAD_REQUEST", [ways[0], ways[2]]);
  });
});

function nested(levels: number): string {
  return `${"{\"a\":".repeat(levels)}1${"}".repeat(levels)}`;
}
