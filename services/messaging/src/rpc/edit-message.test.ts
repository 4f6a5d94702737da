import { MessageActionKind } from "@parlance/proto/messaging/v1/message";
import { EditMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { describe, expect, test } from "vitest";
import { OTHER_APP, as, textOf, textTo } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

const edit = (messageId: number, text: string, who = "alice", fields: Parameters<typeof EditMessageRequest.fromPartial>[0] = {}) =>
  bench().call.editMessage(EditMessageRequest.fromPartial({ messageId, body: { $case: "text", value: { text } }, ...fields }), as.user(who));

test("an edit replaces the content in place and is told by an action message with its own seq", async () => {
  const { id } = await bench().text("alice", "bob", "hello");
  await bench().clock.advance(1_000);
  const { message, action } = await edit(id, "better");
  const now = bench().clock.now();
  expect(message).toMatchObject({ id, seq: 1, changeSeq: 2, editedAtMs: now, editedBy: "alice", updatedAtMs: now });
  expect(textOf(message)).toBe("better");
  expect(action).toMatchObject({
    seq: 2, type: "message", countable: false, countableNo: 1,
    body: { $case: "messageAction", value: { kind: MessageActionKind.EDITED, messageId: id, by: { id: "alice" }, message } },
  });
  expect((await bench().call.getMessage({ messageId: id }, as.user("bob"))).message).toEqual(message);
  expect((await bench().rows("bob", "alice")).map(({ body }) => body)).toEqual([
    { $case: "message", value: message }, { $case: "message", value: action },
  ]);
});

test("participants hear of it with the message as it is now", async () => {
  const { id } = await bench().text("alice", "bob");
  await bench().published();
  const { action } = await edit(id, "better");
  expect((await bench().published()).map(({ channel, event }) => [channel, event.body])).toEqual(["alice", "bob"].map((who) =>
    [`app/u:${who}`, { $case: "row", value: expect.objectContaining({ seq: 2, body: { $case: "message", value: action } }) }]));
});

test("an edit that changes nothing succeeds without row and event", async () => {
  const message = await bench().text("alice", "bob", "hello");
  await bench().published();
  expect(await edit(message.id, "hello")).toEqual({ message, action: undefined });
  expect(await bench().published()).toEqual([]);
});

test("metadata and tags are kept unless they are given", async () => {
  const { id } = await bench().text("alice", "bob", "hello", { metadataJson: "{\"a\":1}", tags: ["x"] });
  expect((await edit(id, "better")).message).toMatchObject({ metadataJson: "{\"a\":1}", tags: ["x"] });
  expect((await edit(id, "better", "alice", { metadataJson: "{\"b\":2}", replaceTags: true })).message).toMatchObject({ metadataJson: "{\"b\":2}", tags: [] });
});

describe("a repeat with the same muid", () => {
  test("is answered with the first action, also after other edits and a deletion", async () => {
    const { id } = await bench().text("alice", "bob", "hello");
    const first = await edit(id, "better", "alice", { muid: "e1" });
    expect(await edit(id, "better", "alice", { muid: "e1" })).toEqual(first);
    await edit(id, "best");
    expect((await edit(id, "better", "alice", { muid: "e1" })).action).toMatchObject({ id: first.action!.id, seq: 2 });
    await bench().call.deleteMessage({ messageId: id }, as.user("alice"));
    expect((await edit(id, "better", "alice", { muid: "e1" })).action).toMatchObject({ id: first.action!.id, seq: 2 });
    await expect(edit(id, "other", "alice", { muid: "e1" })).rejects.toEqual(refusal("ERR_MUID_CONFLICT"));
    expect(await bench().rows("alice", "bob")).toHaveLength(4);
  });
});

describe("who may edit", () => {
  test("is the author, and in groups the staff", async () => {
    for (const [who, newScope] of [["alice", 1], ["bob", 1], ["carol", 2]] as const) await bench().join(who, { newScope });
    const { id } = await bench().text("alice", "team", "hello");
    await expect(edit(id, "mine", "bob")).rejects.toEqual(refusal("ERR_MESSAGE_NOT_A_SENDER"));
    expect((await edit(id, "moderated", "carol")).message).toMatchObject({ editedBy: "carol" });
    const { action } = await bench().call.editMessage(
      EditMessageRequest.fromPartial({ messageId: id, body: { $case: "text", value: { text: "by the server" } } }), as.server());
    expect(action).toMatchObject({ sender: { id: "app_system" } });
  });

  test("is not the other of a pair, nor anybody else", async () => {
    const { id } = await bench().text("alice", "bob");
    await expect(edit(id, "mine", "bob")).rejects.toEqual(refusal("ERR_MESSAGE_NOT_A_SENDER"));
    await expect(edit(id, "mine", "carol")).rejects.toEqual(refusal("ERR_MESSAGE_NO_ACCESS"));
  });

  test("is not one who was removed from the group", async () => {
    await bench().join("bob");
    await bench().join("alice");
    const { id } = await bench().text("alice", "team");
    await bench().kick("alice", "bob");
    await expect(edit(id, "late")).rejects.toEqual(refusal("ERR_MESSAGE_NO_ACCESS"));
  });

  test("is nobody of another app (S13)", async () => {
    const { id } = await bench().text("alice", "bob");
    const request = EditMessageRequest.fromPartial({ messageId: id, body: { $case: "text", value: { text: "mine" } } });
    for (const caller of [as.user("alice", OTHER_APP), as.server(OTHER_APP)]) {
      await expect(bench().call.editMessage(request, caller)).rejects.toEqual(refusal("ERR_MESSAGE_ID_NOT_FOUND"));
    }
  });
});

test("what cannot be edited is refused", async () => {
  await bench().join("alice");
  const { id: actionId } = (await bench().join("bob"))!;
  await expect(edit(actionId, "x")).rejects.toEqual(refusal("ERR_MESSAGE_ACTION_NOT_ALLOWED"));
  await expect(edit(12_345, "x")).rejects.toEqual(refusal("ERR_MESSAGE_ID_NOT_FOUND"));
  const { id } = await bench().text("alice", "bob");
  await expect(edit(id, " ")).rejects.toEqual(refusal("ERR_EMPTY_MESSAGE_TEXT"));
  await expect(edit(id, "x".repeat(10_241))).rejects.toEqual(refusal("ERR_INVALID_MESSAGE_DATA"));
  await expect(edit(id, "x", "alice", { muid: "@m:i1:1" })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  await expect(edit(id, "x", "alice", { body: { $case: "custom", value: { customDataJson: "{}" } } })).rejects.toEqual(refusal("ERR_INVALID_MESSAGE_TYPE"));
  await bench().call.deleteMessage({ messageId: id }, as.user("alice"));
  await expect(edit(id, "late")).rejects.toEqual(refusal("ERR_MESSAGE_ACTION_NOT_ALLOWED"));
});

test("an edit of a custom message does not change whether it counts (16.1)", async () => {
  const body = { $case: "custom" as const, value: { customDataJson: "{}", subType: "", conversationText: "", updateConversation: false, sendNotification: undefined } };
  const { message } = await bench().call.sendMessage({ ...textTo("bob"), body, type: "location" }, as.user("alice"));
  const { message: edited } = await edit(message!.id, "", "alice", { body: { $case: "custom", value: { customDataJson: "{\"a\":1}", updateConversation: true } } });
  expect(edited).toMatchObject({ countable: false, body: { value: { customDataJson: "{\"a\":1}", updateConversation: false } } });
});
