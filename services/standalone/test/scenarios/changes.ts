// Edits and deletions, live and in history (chat.md 18).
import { expect } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { toGroup, toUser, type Device } from "../testing/device.js";
import { historyOf, rowsOf } from "../testing/history.js";
import type { Scenarios } from "../testing/scenario.js";
import type { Tenant } from "../testing/tenant.js";
import type { TestPlatform } from "../testing/test-platform.js";

const team = toGroup("team");

async function trio(platform: TestPlatform): Promise<{ tenant: Tenant; alice: Device; alice2: Device; bob: Device; carol: Device }> {
  const tenant = await platform.tenant();
  await tenant.users("alice", "bob", "carol");
  await tenant.group("team", "alice", { members: ["bob"] });
  const [alice, alice2, bob, carol] = await Promise.all([
    tenant.device("alice"), tenant.device("alice", "laptop"), tenant.device("bob"), tenant.device("carol"),
  ]);
  return { tenant, alice, alice2, bob, carol };
}

/** What a device heard of changes: kind, who, and the text of the message after it. */
function changesHeard(device: Device): unknown[] {
  return device.heard("row").flatMap(({ message }) => {
    const action = (message as Json)["messageAction"] as { kind: string; by: Json; message: { text?: Json } } | undefined;
    return action === undefined ? [] : [[action.kind.replace("MESSAGE_ACTION_KIND_", ""), action.by["id"], action.message.text?.["text"]]];
  });
}

export const changes: Scenarios = {
  "an edit reaches the conversation and the editor's other devices, and stands in the history in place": async (platform) => {
    const { tenant, alice, alice2, bob, carol } = await trio(platform);
    const { id } = await alice.send(toUser("bob"), "helo");
    await alice.send(toUser("bob"), "second");
    const { message, action } = await alice.ok("messaging.EditMessage", { messageId: id, text: { text: "hello" } });
    expect(message).toMatchObject({ id, seq: 1, changeSeq: 3, text: { text: "hello" }, editedBy: "alice" });
    expect(action).toMatchObject({ seq: 3, category: "CATEGORY_ACTION", type: "message" });
    await tenant.quiet();
    expect([alice2, bob].map(changesHeard)).toEqual([[["EDITED", "alice", "hello"]], [["EDITED", "alice", "hello"]]]);
    expect([changesHeard(alice), carol.events]).toEqual([[], []]);
    const history = await historyOf(bob, toUser("alice"));
    expect(history.map(({ seq, type }) => [seq, type])).toEqual([[1, "text"], [2, "text"], [3, "message"]]);
    expect(history[0]).toMatchObject({ text: { text: "hello" }, changeSeq: 3 });
  },

  "a deletion leaves a husk without content, everywhere": async (platform) => {
    const { tenant, alice, alice2, bob } = await trio(platform);
    const { id } = await alice.send(toUser("bob"), "regret", { metadataJson: "{\"secret\":1}", tags: ["private"] });
    await tenant.quiet();
    for (const device of [alice, alice2, bob]) device.forget();
    const { message } = await alice.ok("messaging.DeleteMessage", { messageId: id });
    await tenant.quiet();
    expect([alice2, bob].map(changesHeard)).toEqual([[["DELETED", "alice", undefined]], [["DELETED", "alice", undefined]]]);
    const [husk] = await historyOf(bob, toUser("alice"));
    expect(husk).toMatchObject({ id, seq: 1, deletedBy: "alice", type: "text" });
    await bob.ok("messaging.GetMessage", { messageId: id });
    await rowsOf(bob, toUser("alice"));
    expect([JSON.stringify(message), ...bob.texts].filter((text) => /"text":\{|secret|private/.test(text))).toEqual([]);
  },

  "an edit that changes nothing and a second deletion succeed without an event or a row": async (platform) => {
    const { tenant, alice, bob } = await trio(platform);
    const { id } = await alice.send(toUser("bob"), "same");
    const edit = await alice.ok("messaging.EditMessage", { messageId: id, text: { text: "same" } });
    expect(edit["action"]).toBeUndefined();
    const first = await alice.ok("messaging.DeleteMessage", { messageId: id });
    const second = await alice.ok("messaging.DeleteMessage", { messageId: id });
    expect((second["action"] as Json)["seq"]).toBe((first["action"] as Json)["seq"]);
    await tenant.quiet();
    expect(changesHeard(bob)).toEqual([["DELETED", "alice", undefined]]);
    expect(await rowsOf(bob, toUser("alice"))).toHaveLength(2);
    expect(await alice.refused("messaging.EditMessage", { messageId: id, text: { text: "late" } })).toBe("ERR_MESSAGE_ACTION_NOT_ALLOWED");
  },

  "one-to-one only the author changes a message; in a group its staff too": async (platform) => {
    const { alice, bob, carol } = await trio(platform);
    const direct = await alice.send(toUser("bob"), "mine");
    expect(await bob.refused("messaging.EditMessage", { messageId: direct.id, text: { text: "x" } })).toBe("ERR_MESSAGE_NOT_A_SENDER");
    expect(await carol.refused("messaging.DeleteMessage", { messageId: direct.id })).toBe("ERR_MESSAGE_NO_ACCESS");
    const ofAlice = await alice.send(team, "by the owner");
    const ofBob = await bob.send(team, "by a participant");
    expect(await bob.refused("messaging.DeleteMessage", { messageId: ofAlice.id })).toBe("ERR_MESSAGE_NOT_A_SENDER");
    await alice.ok("messaging.EditMessage", { messageId: ofBob.id, text: { text: "moderated" } });
    const { message } = await bob.ok("messaging.GetMessage", { messageId: ofBob.id });
    expect(message).toMatchObject({ text: { text: "moderated" }, editedBy: "alice", sender: { id: "bob" } });
  },

  "a device that was away gets edits and deletions of old messages from a sync as rows": async (platform) => {
    const { tenant, alice, bob } = await trio(platform);
    const [one, two] = [await alice.send(team, "one"), await alice.send(team, "two")];
    const { syncToken, epoch } = await bob.ok("messaging.ListConversations", {});
    const seq = two.seq;
    await bob.client.bye();
    await alice.ok("messaging.EditMessage", { messageId: one.id, text: { text: "ONE" } });
    await alice.ok("messaging.DeleteMessage", { messageId: two.id });
    const back = await tenant.device("bob");
    const synced = await back.ok("messaging.Sync", { conversations: [{ ...team, seq }], syncToken, epoch });
    const [{ rows }] = synced["conversations"] as [{ rows: { message: { messageAction: { kind: string; messageId: number } } }[] }];
    expect(rows.map(({ message }) => [message.messageAction.kind, message.messageAction.messageId])).toEqual([
      ["MESSAGE_ACTION_KIND_EDITED", one.id], ["MESSAGE_ACTION_KIND_DELETED", two.id],
    ]);
  },
};
