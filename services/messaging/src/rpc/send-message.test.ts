import { Category, ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { describe, expect, test } from "vitest";
import { OTHER_APP, as, openBench, textOf, textTo } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

const send = (request: SendMessageRequest, caller = as.user("alice")) => bench().call.sendMessage(request, caller);
const sent = (fields: Parameters<typeof SendMessageRequest.fromPartial>[0], caller = as.user("alice")) =>
  send(SendMessageRequest.fromPartial({ receiverType: ReceiverType.USER, receiverId: "bob", ...fields }), caller);
const custom = (fields: object = {}) => ({ $case: "custom" as const, value: { customDataJson: "{}", subType: "", conversationText: "", ...fields } });

test("a text is stored and answered with its place in the log", async () => {
  const { message, duplicate } = await send(textTo("bob", "hello", { muid: "m1", metadataJson: "{\"a\":1}", tags: ["x"] }));
  expect(duplicate).toBe(false);
  expect(message).toMatchObject({
    seq: 1, conversationId: "alice_user_bob", muid: "m1", receiverType: ReceiverType.USER, receiverId: "bob", category: Category.MESSAGE,
    type: "text", sentAtMs: bench().clock.now(), countable: true, countableNo: 1, metadataJson: "{\"a\":1}", tags: ["x"], resource: "d-alice",
    sender: { id: "alice", name: "ALICE" }, receiver: { id: "bob", name: "BOB" }, body: { $case: "text", value: { text: "hello" } },
  });
  expect(await bench().rows("bob", "alice")).toEqual(await bench().rows("alice", "bob"));
  expect((await bench().rows("bob", "alice"))[0]).toMatchObject({ seq: 1, body: { $case: "message", value: message } });
});

test("both inboxes hear of a direct message; the sender's own socket is named as its origin", async () => {
  const message = await bench().text("alice", "bob");
  const facts = await bench().published();
  expect(facts.map(({ channel, record }) => [channel, record.headers.kind, record.headers.origin])).toEqual([
    ["app/u:alice", "row", "s-alice"], ["app/u:bob", "row", "s-alice"],
  ]);
  expect(facts[1]!.event).toMatchObject({
    id: "r:u/alice/bob:1", channel: "u:bob", atMs: message.sentAtMs,
    body: { $case: "row", value: { seq: 1, conversationId: "alice_user_bob", receiverType: ReceiverType.USER, body: { $case: "message", value: message } } },
  });
});

test("members hear of a group message once, on the group's channel", async () => {
  await bench().join("alice");
  await bench().published();
  await bench().text("alice", "team");
  expect((await bench().published()).map(({ channel, record }) => [channel, record.headers.kind])).toEqual([["app/g:team", "row"]]);
});

describe("a repeat (I2, P4)", () => {
  test("is answered with the first message and makes no event", async () => {
    const first = await send(textTo("bob", "hello", { muid: "m1" }));
    await bench().published();
    for (const resend of [false, true]) {
      expect(await send(textTo("bob", "hello", { muid: "m1", resend }))).toEqual({ message: first.message, duplicate: true });
    }
    expect(await bench().published()).toEqual([]);
    expect(await bench().rows("alice", "bob")).toHaveLength(1);
  });

  test("with other content is a conflict", async () => {
    await send(textTo("bob", "hello", { muid: "m1" }));
    for (const request of [
      textTo("bob", "other", { muid: "m1" }), textTo("bob", "other", { muid: "m1", resend: true }),
      textTo("bob", "hello", { muid: "m1", tags: ["x"] }), textTo("bob", "hello", { muid: "m1", metadataJson: "{\"a\":1}" }),
    ]) {
      await expect(send(request)).rejects.toEqual(refusal("ERR_MUID_CONFLICT"));
    }
  });

  test("is answered even when the sender may not send any more", async () => {
    await bench().join("bob");
    await bench().join("alice");
    const first = await send(textTo("team", "hello", { muid: "m1" }));
    await bench().kick("alice", "bob");
    expect(await send(textTo("team", "hello", { muid: "m1" }))).toEqual({ ...first, duplicate: true });
    await expect(send(textTo("team", "hello", { muid: "m2" }))).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
  });

  test("is the sender's own: others may use the same muid, in other conversations too", async () => {
    await send(textTo("bob", "hello", { muid: "m1" }));
    expect(await send(textTo("alice", "hello", { muid: "m1" }), as.user("bob"))).toMatchObject({ duplicate: false });
    expect(await send(textTo("carol", "hello", { muid: "m1" }))).toMatchObject({ duplicate: false });
  });

  test("without muid is a new message", async () => {
    expect([(await bench().text("alice", "bob")).seq, (await bench().text("alice", "bob")).seq]).toEqual([1, 2]);
  });
});

describe("a send is refused", () => {
  test.each<[string, Parameters<typeof SendMessageRequest.fromPartial>[0], string]>([
    ["without receiver", { receiverId: "", body: { $case: "text", value: { text: "hello" } } }, "ERR_EMPTY_RECEIVER"],
    ["without receiver type", { receiverType: ReceiverType.UNSPECIFIED, body: { $case: "text", value: { text: "hello" } } }, "ERR_INVALID_RECEIVER_TYPE"],
    ["with a strange receiver type", { receiverType: 9 as ReceiverType, body: { $case: "text", value: { text: "hello" } } }, "ERR_INVALID_RECEIVER_TYPE"],
    ["to an id that cannot be one", { receiverId: "no spaces", body: { $case: "text", value: { text: "hello" } } }, "ERR_BAD_REQUEST"],
    ["without body", {}, "ERR_EMPTY_MESSAGE_TEXT"],
    ["with blank text", { body: { $case: "text", value: { text: " \n\t" } } }, "ERR_EMPTY_MESSAGE_TEXT"],
    ["with too long a text", { body: { $case: "text", value: { text: "x".repeat(10_241) } } }, "ERR_INVALID_MESSAGE_DATA"],
    ["with too much text and metadata together", {
      body: { $case: "text", value: { text: "ä".repeat(3_000) } }, metadataJson: JSON.stringify({ a: "ä".repeat(3_000) }),
    }, "ERR_INVALID_MESSAGE_DATA"],
    ["with metadata that is no object", { body: { $case: "text", value: { text: "hello" } }, metadataJson: "[]" }, "ERR_INVALID_METADATA"],
    ["with metadata too deep", {
      body: { $case: "text", value: { text: "hello" } }, metadataJson: `{"a":${"[".repeat(40)}${"]".repeat(40)}}`,
    }, "ERR_INVALID_METADATA"],
    ["with too many tags", { body: { $case: "text", value: { text: "hello" } }, tags: Array.from({ length: 26 }, String) }, "ERR_INVALID_MESSAGE_DATA"],
    ["with too long a tag", { body: { $case: "text", value: { text: "hello" } }, tags: ["x".repeat(101)] }, "ERR_INVALID_MESSAGE_DATA"],
    ["with too long a muid", { body: { $case: "text", value: { text: "hello" } }, muid: "m".repeat(101) }, "ERR_BAD_REQUEST"],
    ["with a muid of the platform", { body: { $case: "text", value: { text: "hello" } }, muid: "@m:i1:2" }, "ERR_BAD_REQUEST"],
    ["as an action", { body: { $case: "text", value: { text: "hello" } }, category: Category.ACTION }, "ERR_INVALID_MESSAGE_CATEGORY"],
    ["as a call", { body: { $case: "text", value: { text: "hello" } }, category: Category.CALL }, "ERR_INVALID_MESSAGE_CATEGORY"],
    ["with a category that does not fit", { body: { $case: "text", value: { text: "hello" } }, category: Category.CUSTOM }, "ERR_INVALID_MESSAGE_CATEGORY"],
    ["with a type that does not fit", { body: { $case: "text", value: { text: "hello" } }, type: "image" }, "ERR_INVALID_MESSAGE_TYPE"],
    ["as custom without type", { body: custom() }, "ERR_EMPTY_MESSAGE_TYPE"],
    ["as custom with a strange type", { body: custom(), type: "a b" }, "ERR_INVALID_MESSAGE_TYPE"],
    ["as custom without data", { category: Category.CUSTOM, type: "location" }, "ERR_EMPTY_CUSTOM_DATA"],
    ["as custom with empty data", { body: custom({ customDataJson: "" }), type: "location" }, "ERR_EMPTY_CUSTOM_DATA"],
    ["as custom with data that is no object", { body: custom({ customDataJson: "1" }), type: "location" }, "ERR_INVALID_CUSTOM_DATA"],
    ["to oneself", { receiverId: "alice", body: { $case: "text", value: { text: "hello" } } }, "ERR_CANNOT_MESSAGE_SELF"],
    ["to nobody", { receiverId: "nobody", body: { $case: "text", value: { text: "hello" } } }, "ERR_UID_NOT_FOUND"],
    ["to no group", { receiverType: ReceiverType.GROUP, receiverId: "nothing", body: { $case: "text", value: { text: "hello" } } }, "ERR_GUID_NOT_FOUND"],
    ["to a group not joined", { receiverType: ReceiverType.GROUP, receiverId: "team", body: { $case: "text", value: { text: "hello" } } }, "ERR_GROUP_NOT_JOINED"],
    ["as media, for now", { body: { $case: "media", value: { attachments: [{ url: "https://a.example/b.png" }] } } }, "ERR_NOT_IMPLEMENTED"],
    ["into a thread, for now", { body: { $case: "text", value: { text: "hello" } }, parentMessageId: 1 }, "ERR_NOT_IMPLEMENTED"],
  ])("%s", async (_, fields, code) => {
    await expect(sent(fields)).rejects.toEqual(refusal(code));
    expect(await bench().published()).toEqual([]);
  });
});

test("10,240 bytes of text are not too many", async () => {
  expect(textOf((await sent({ body: { $case: "text", value: { text: "x".repeat(10_240) } } })).message)).toHaveLength(10_240);
});

test("the receiver's id is taken in lower case", async () => {
  expect((await send(textTo("BOB"))).message).toMatchObject({ receiverId: "bob", conversationId: "alice_user_bob" });
});

test("a custom message counts as unread unless it says that it does not update the conversation (16.1)", async () => {
  expect((await sent({ body: custom(), type: "location" })).message).toMatchObject({ category: Category.CUSTOM, type: "location", countable: true, countableNo: 1 });
  expect((await sent({ body: custom({ updateConversation: false }), type: "location" })).message).toMatchObject({ countable: false, countableNo: 1 });
});

describe("the server", () => {
  test("sends as System, also to groups it is no member of", async () => {
    await bench().join("alice");
    const { message } = await send(textTo("team"), as.server());
    expect(message).toMatchObject({ seq: 2, sender: { id: "app_system", name: "System" }, resource: "" });
    expect((await send(textTo("bob"), as.server())).message).toMatchObject({ conversationId: "app_system_user_bob" });
  });

  test("sends for a user with that user's rights", async () => {
    expect((await send(textTo("bob"), as.onBehalfOf("alice"))).message).toMatchObject({ sender: { id: "alice" } });
    await expect(send(textTo("team"), as.onBehalfOf("alice"))).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
    await expect(send(textTo("bob"), as.onBehalfOf("nobody"))).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  });
});

test("a kick holds for the next send after its answer (P14)", async () => {
  await bench().join("bob");
  await bench().join("alice");
  await bench().text("alice", "team");
  await bench().kick("alice", "bob");
  await expect(send(textTo("team"))).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
});

test("a send makes no call to other services in the usual case, and none fails while they are away for a minute (P23)", async () => {
  await bench().text("alice", "bob");
  const { asked } = bench().directory;
  bench().directory.away = true;
  await bench().clock.advance(59_000);
  await bench().text("alice", "bob");
  expect(bench().directory.asked).toBe(asked);
  await bench().clock.advance(2_000);
  await expect(send(textTo("bob"))).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
});

test("apps have nothing in common (I14, S13)", async () => {
  await bench().text("alice", "bob", "of this app", { muid: "m1" });
  const { message, duplicate } = await send(textTo("bob", "of the other", { muid: "m1" }), as.user("alice", OTHER_APP));
  expect([message!.seq, duplicate]).toEqual([1, false]);
  bench().directory.users.delete(`${OTHER_APP}/carol`);
  await expect(send(textTo("carol"), as.user("alice", OTHER_APP))).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  const channels = (await bench().published()).map(({ channel }) => channel);
  expect(channels.filter((channel) => channel.startsWith("other-app/"))).toEqual(["other-app/u:alice", "other-app/u:bob"]);
});

test("a full disk refuses sends, reads go on, and it heals by itself (F14)", async () => {
  let full = false;
  const small = await openBench({ sqlite: { beforeCommit: () => (full ? Promise.reject(new Error("disk full")) : Promise.resolve()) } });
  await small.text("alice", "bob", "before");
  full = true;
  await expect(small.text("alice", "bob", "while")).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
  expect(await small.rows("bob", "alice")).toHaveLength(1);
  full = false;
  expect((await small.text("alice", "bob", "after")).seq).toBe(2);
  await small.close();
});

test("a disk with no page left refuses sends until something was deleted (F14)", async () => {
  const small = await openBench({ sqlite: { pagesMax: 60 } });
  await small.join("alice");
  let refused: unknown;
  let stored = 1;
  while (refused === undefined) {
    await small.text("alice", "team", "x".repeat(2_000)).then(() => (stored += 1), (error: unknown) => (refused = error));
  }
  expect(refused).toEqual(refusal("ERR_OPERATION_FAILED"));
  expect((await small.rows("alice", "team")).map(({ seq }) => seq)).toEqual(Array.from({ length: stored }, (_, n) => n + 1));
  await small.close();
});
