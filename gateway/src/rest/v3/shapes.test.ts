// How rows turn REST shapes into requests and answers back (rest.md 4); the rest of a row is checked with the table.

import { AddMembersResponse, MemberScope } from "@parlance/proto/group/v1/group";
import { Category, ReceiverType } from "@parlance/proto/messaging/v1/message";
import { EditMessageResponse, ListConversationsResponse, ListMessagesResponse } from "@parlance/proto/messaging/v1/rpc";
import { UserSort, UserStatus, ListUsersResponse } from "@parlance/proto/identity/v1/identity";
import { describe, expect, it } from "vitest";
import { CREDENTIALS, ScriptedRest } from "../testing/scripted-rest.js";
import { exampleConversation } from "./conversations.js";
import { exampleMessage } from "./messages.js";

const U = { headers: CREDENTIALS.U };
const F = { headers: CREDENTIALS.F };

describe("sending", () => {
  const send = async (rest: ScriptedRest, body: unknown) => rest.ask("POST", "/v3/messages", { ...U, body });

  it("takes text and custom messages, fields of custom also from the top", async () => {
    const rest = new ScriptedRest();
    await send(rest, { receiver: "BOB", receiverType: "user", muid: "m1", data: { text: "Hi", metadata: { a: 1 } }, tags: ["x"] });
    await send(
      rest,
      {
        receiver: 7, receiverType: "group", category: "custom", type: "location", data: { customData: { lat: 1 }, subType: "s" },
        updateConversation: false,
      },
    );
    expect(rest.services.seen.map(({ request }) => request)).toMatchObject([
      {
        receiverType: ReceiverType.USER, receiverId: "bob", muid: "m1", category: Category.MESSAGE, type: "text",
        metadataJson: '{"a":1}', tags: ["x"],
        body: { $case: "text", value: { text: "Hi" } },
      },
      {
        receiverType: ReceiverType.GROUP, receiverId: "7", category: Category.CUSTOM, type: "location",
        body: { $case: "custom", value: { customDataJson: '{"lat":1}', subType: "s", updateConversation: false } },
      },
    ]);
  });

  it.each([
    [{}, "ERR_EMPTY_RECEIVER"],
    [{ receiver: "", receiverType: "user" }, "ERR_EMPTY_RECEIVER"],
    [{ receiver: "bob" }, "ERR_INVALID_RECEIVER_TYPE"],
    [{ receiver: "bob", receiverType: "both" }, "ERR_INVALID_RECEIVER_TYPE"],
    [{ receiver: "bob", receiverType: "user", category: "" }, "ERR_EMPTY_MESSAGE_CATEGORY"],
    [{ receiver: "bob", receiverType: "user", category: "action" }, "ERR_INVALID_MESSAGE_CATEGORY"],
    [{ receiver: "bob", receiverType: "user", type: "" }, "ERR_EMPTY_MESSAGE_TYPE"],
    [{ receiver: "bob", receiverType: "user", type: "poem" }, "ERR_INVALID_MESSAGE_TYPE"],
    [{ receiver: "bob", receiverType: "user", data: "Hi" }, "ERR_INVALID_MESSAGE_DATA"],
    [{ receiver: "bob", receiverType: "user", data: { text: 5 } }, "ERR_INVALID_MESSAGE_TEXT"],
    [{ receiver: "bob", receiverType: "user", data: { metadata: [] } }, "ERR_INVALID_METADATA"],
    [{ receiver: "bob", receiverType: "user", category: "custom", type: "t", data: { customData: "x" } }, "ERR_INVALID_CUSTOM_DATA"],
    [{ receiver: "bob", receiverType: "user", type: "image", data: { attachments: [{ url: "ftp://x" }] } }, "ERR_INVALID_MEDIA_MESSAGE"],
    [{ receiver: "bob", receiverType: "user", tags: Array.from({ length: 26 }, () => "t") }, "ERR_INVALID_MESSAGE_DATA"],
    [{ multipleReceivers: { uids: ["bob"] }, data: { text: "Hi" } }, "ERR_NOT_IMPLEMENTED"],
    [{ receiver: "bob", receiverType: "user", category: "interactive" }, "ERR_NOT_IMPLEMENTED"],
  ])("refuses %j with %s", async (body, code) => {
    const rest = new ScriptedRest();
    expect((await send(rest, body)).error?.code).toBe(code);
    expect(rest.services.seen).toEqual([]);
  });
});

describe("changing a message", () => {
  it("answers the action; an edit that changes nothing answers the message", async () => {
    const rest = new ScriptedRest();
    const edit = () => rest.ask("PUT", "/v3/messages/798000000000001", { ...U, body: { data: { text: "Hello!" }, tags: [] } });
    expect((await edit()).data).toMatchObject({ category: "action", data: { action: "edited" } });
    expect(
      rest.services.seen[0]?.request,
    ).toMatchObject({ messageId: 798_000_000_000_001, replaceTags: true, body: { $case: "text", value: { text: "Hello!" } } });
    rest.services.on("messaging.EditMessage", () => EditMessageResponse.fromPartial({ message: exampleMessage }));
    expect((await edit()).data).toMatchObject({ category: "message", data: { text: "Hello" } });
  });

  it("for good is for servers, and not built", async () => {
    const rest = new ScriptedRest();
    const erase = (
      caller: { readonly headers: Readonly<Record<string, string>> },
    ) => rest.ask("DELETE", "/v3/messages/7?permanent=true", caller);
    expect((await erase(U)).error?.code).toBe("AUTH_ERR_NO_ACCESS");
    expect((await erase(F)).error?.code).toBe("ERR_NOT_IMPLEMENTED");
    expect(
      (await rest.ask("DELETE", "/v3/messages/abc", U)).error,
    ).toMatchObject({ code: "ERR_BAD_REQUEST", details: { id: ["is not an integer"] } });
  });
});

describe("members", () => {
  it("listed twice take the highest rank, and come back under their list", async () => {
    const rest = new ScriptedRest();
    rest.services.on("group.AddMembers", () => AddMembersResponse.fromPartial({
      results: [
        { uid: "alice", success: true, action: exampleMessage }, { uid: "bob", success: true, ban: true },
        { uid: "carol", success: false, errorCode: "ERR_ALREADY_JOINED", errorMessage: "Already joined." },
      ],
    }));
    const got = await rest.ask(
      "POST", "/v3/groups/G1/members",
      { ...F, body: { admins: ["Alice"], participants: ["alice", "carol"], usersToBan: ["carol", "bob"] } },
    );
    expect(rest.services.seen[0]?.request).toMatchObject({
      guid: "g1", members: [
        { uid: "alice", scope: MemberScope.ADMIN }, { uid: "carol", scope: MemberScope.PARTICIPANT },
      ], bannedUids: ["bob"],
    });
    expect(got.data).toMatchObject({
      admins: { alice: { success: true, data: { id: "798000000000001" } } },
      participants: { carol: { success: false, error: { code: "ERR_ALREADY_JOINED", message: "Already joined." } } },
      usersToBan: { bob: { success: true } },
    });
  });

  it("are at least one, and at most what a call takes", async () => {
    const rest = new ScriptedRest();
    const add = async (body: unknown) => (await rest.ask("POST", "/v3/groups/g1/members", { ...F, body })).error;
    expect(await add({})).toMatchObject({ code: "ERR_BAD_REQUEST" });
    expect(await add({ participants: Array.from({ length: 26 }, (_, at) => `u${at}`) })).toMatchObject({
      code: "ERROR_LIMIT_EXCEEDED", params: { limit: 25 },
    });
    expect((await rest.ask("POST", "/v3/groups", { ...F, body: { guid: "g", name: "G", members: { everyone: ["a"] } } })).error?.details)
      .toEqual({ "members.everyone": ["is not known"] });
  });
});

describe("lists", () => {
  it("of users filter, order and page", async () => {
    const rest = new ScriptedRest();
    await rest.ask(
      "GET",
      "/v3/users?status=online,offline&roles=A,b&role=c&searchIn=name&sortBy=name&sortOrder=desc&page=3&perPage=20&uids=Bob", F,
    );
    await rest.ask("GET", "/v3/users?status=available&sortBy=status", F);
    expect(rest.services.seen.map(({ request }) => request)).toMatchObject([
      {
        status: UserStatus.UNSPECIFIED, roles: ["a", "b", "c"], searchIn: ["name"], sort: UserSort.NAME, descending: true,
        pageSize: 20, offset: 40, uids: ["bob"], withTotal: true,
      },
      { status: UserStatus.ONLINE, sort: UserSort.UNSPECIFIED },
    ]);
  });

  it("of users may be only a count", async () => {
    const rest = new ScriptedRest();
    rest.services.on("identity.ListUsers", () => ListUsersResponse.fromPartial({ total: 42 }));
    expect((await rest.ask("GET", "/v3/users?count=true", F)).json).toEqual({ data: { count: 42 } });
  });

  it("of messages show the cursor in both directions", async () => {
    const rest = new ScriptedRest();
    rest.services.on(
      "messaging.ListMessages",
      () => ListMessagesResponse.fromPartial({ messages: [exampleMessage, { ...exampleMessage, id: exampleMessage.id + 5 }] }),
    );
    const got = await rest.ask("GET", "/v3/users/bob/messages?affix=prepend&perPage=7&categories=message,custom&hideDeleted=1", U);
    expect(got.json["meta"]).toEqual({
      pagination: { total: 0, count: 2, per_page: 7, current_page: 1, total_pages: 0 },
      current: { limit: 7, count: 2 },
      next: { affix: "prepend", sentAt: 1_767_225_600, id: "798000000000001" },
      previous: { affix: "append", sentAt: 1_767_225_600, id: "798000000000006" },
      cursor: { id: 798_000_000_000_001, affix: "prepend" },
    });
    expect(rest.services.seen[0]?.request).toMatchObject({
      receiverType: ReceiverType.USER, receiverId: "bob", pageSize: 7, categories: [
        Category.MESSAGE, Category.CUSTOM,
      ], hideDeletedMessages: true,
    });
  });

  it("of conversations are cut from the first rows", async () => {
    const rest = new ScriptedRest();
    rest.services.on(
      "messaging.ListConversations",
      () => ListConversationsResponse.fromPartial({ conversations: [exampleConversation, exampleConversation, exampleConversation] }),
    );
    const got = await rest.ask("GET", "/v3/conversations?page=2&perPage=2", U);
    expect(rest.services.seen[0]?.request).toMatchObject({ pageSize: 4 });
    expect([(got.data as unknown[]).length, got.json["meta"]]).toMatchObject([1, { pagination: { total: 3, count: 1, total_pages: 2 } }]);
  });
});
