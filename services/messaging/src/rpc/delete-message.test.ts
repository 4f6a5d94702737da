import { MessageActionKind } from "@parlance/proto/messaging/v1/message";
import { GetUnreadCountsRequest } from "@parlance/proto/messaging/v1/rpc";
import { expect, test } from "vitest";
import { OTHER_APP, as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

const remove = (messageId: number, who = "alice") => bench().call.deleteMessage({ messageId }, as.user(who));

test("a deleted message is a husk, told by an action message", async () => {
  const sent = await bench().text("alice", "bob", "secret", { muid: "m1", metadataJson: "{\"a\":1}", tags: ["x"] });
  const { message, action } = await remove(sent.id);
  expect(message).toMatchObject({
    id: sent.id, seq: 1, muid: "m1", changeSeq: 2, deletedAtMs: bench().clock.now(), deletedBy: "alice", type: "text", sentAtMs: sent.sentAtMs,
    body: undefined, metadataJson: "", tags: [], sender: { id: "alice" },
  });
  expect(action).toMatchObject({ seq: 2, body: { $case: "messageAction", value: { kind: MessageActionKind.DELETED, messageId: sent.id, message } } });
  expect(JSON.stringify(await bench().rows("bob", "alice"))).not.toContain("secret");
});

test("participants hear of it, without the content", async () => {
  const { id } = await bench().text("alice", "bob", "secret");
  await bench().published();
  await remove(id);
  const facts = await bench().published();
  expect(facts.map(({ channel, record }) => [channel, record.headers.kind, record.headers.id])).toEqual([
    ["app/u:alice", "row", "r:u/alice/bob:2"], ["app/u:bob", "row", "r:u/alice/bob:2"],
  ]);
  expect(JSON.stringify(facts.map(({ event }) => event))).not.toContain("secret");
});

test("a second deletion answers the first one's action, without event", async () => {
  const { id } = await bench().text("alice", "bob");
  const first = await remove(id);
  await bench().published();
  expect(await remove(id)).toEqual(first);
  expect(await bench().published()).toEqual([]);
});

test("of two deletions at the same time one is carried out, and both are answered alike", async () => {
  const { id } = await bench().text("alice", "bob");
  const [one, other] = await Promise.all([remove(id), remove(id)]);
  expect(other).toEqual(one);
  expect(await bench().rows("alice", "bob")).toHaveLength(2);
});

test("others' unread falls (16.4)", async () => {
  const { id } = await bench().text("alice", "bob");
  await bench().text("alice", "bob");
  const unread = async () => (await bench().call.getUnreadCounts(GetUnreadCountsRequest.fromPartial({}), as.user("bob"))).users;
  expect(await unread()).toEqual({ alice: 2 });
  await remove(id);
  expect(await unread()).toEqual({ alice: 1 });
});

test("authors delete their own, the staff of a group all, others nothing", async () => {
  for (const [who, newScope] of [["alice", 1], ["bob", 1], ["carol", 3]] as const) await bench().join(who, { newScope });
  const { id } = await bench().text("alice", "team");
  await expect(remove(id, "bob")).rejects.toEqual(refusal("ERR_MESSAGE_NOT_A_SENDER"));
  expect((await remove(id, "carol")).message).toMatchObject({ deletedBy: "carol" });
  const direct = await bench().text("alice", "bob");
  await expect(remove(direct.id, "bob")).rejects.toEqual(refusal("ERR_MESSAGE_NOT_A_SENDER"));
  await expect(remove(direct.id, "carol")).rejects.toEqual(refusal("ERR_MESSAGE_NO_ACCESS"));
});

test("actions are not deleted, nor what is not there, nor what another app has (S13)", async () => {
  const { id: actionId } = (await bench().join("alice"))!;
  await expect(remove(actionId)).rejects.toEqual(refusal("ERR_MESSAGE_ACTION_NOT_ALLOWED"));
  await expect(remove(12_345)).rejects.toEqual(refusal("ERR_MESSAGE_ID_NOT_FOUND"));
  const { id } = await bench().text("alice", "bob");
  await expect(bench().call.deleteMessage({ messageId: id }, as.server(OTHER_APP))).rejects.toEqual(refusal("ERR_MESSAGE_ID_NOT_FOUND"));
});
