import { expect, it } from "vitest";
import { Category, GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { Event } from "@parlance/proto/event/v1/event";
import { AddMembersResponse, CreateGroupResponse, JoinGroupResponse } from "@parlance/proto/group/v1/group";
import type { Group } from "../model/group.js";
import type { TextMessage } from "../model/message.js";
import type { User } from "../model/user.js";
import { team } from "../testing/fake-messaging.js";
import { connected, recorder } from "../testing/place.js";

const code = (expected: string) => expect.objectContaining({ code: expected });

const member = (kind: GroupActionKind, extra = {}) => ({
  category: Category.ACTION, type: "groupMember", receiver: { id: "team", name: "Team" },
  body: { $case: "groupAction" as const, value: { kind, by: { id: "bob" }, on: { id: "carol" }, membersCount: 3, ...extra } },
});

it("tells membership changes with the action, then the affected, then the acting user", async () => {
  const { parlance, gateway, messaging } = await connected();
  const { heard, listener } = recorder((name, args) => [name, ...args.map((arg) => {
    const { action, uid, guid } = arg as { action?: string; uid?: string; guid?: string };
    return action ?? uid ?? guid ?? String(arg);
  })].join(" "));
  parlance.addGroupListener("test", listener);
  gateway.socket.event(
    messaging.append(team, "carol", member(GroupActionKind.JOINED, { by: { id: "carol" } })),
    messaging.append(team, "bob", member(GroupActionKind.ADDED)),
    messaging.append(team, "bob", member(GroupActionKind.SCOPE_CHANGED, { oldScope: "participant", newScope: "admin" })),
    messaging.append(team, "bob", member(GroupActionKind.KICKED)),
    messaging.append(team, "bob", member(GroupActionKind.BANNED)),
    messaging.append(team, "bob", member(GroupActionKind.UNBANNED)),
    messaging.append(team, "carol", member(GroupActionKind.LEFT, { by: { id: "carol" }, on: undefined })),
  );
  expect(heard).toEqual([
    "onGroupMemberJoined joined carol team",
    "onMemberAddedToGroup added carol bob team",
    "onGroupMemberScopeChanged scopeChanged carol admin participant team bob",
    "onGroupMemberKicked kicked carol bob team",
    "onGroupMemberBanned banned carol bob team",
    "onGroupMemberUnbanned unbanned carol bob team",
    "onGroupMemberLeft left carol team",
  ]);
});

it("counts the rows it caused as its own and answers bulk calls by uid", async () => {
  const { parlance, other, messaging, gateway, clock } = await connected();
  const { heard, listener } = recorder((name) => name);
  parlance.addGroupListener("test", listener);
  const joined = messaging.append(team, "alice", member(GroupActionKind.JOINED, { by: { id: "alice" }, on: { id: "alice" } }));
  const row = joined.body?.$case === "row" ? joined.body.value.body : undefined;
  const action = row?.$case === "message" ? row.value : {};
  other.set("group.JoinGroup", () => JoinGroupResponse.encode(JoinGroupResponse.fromPartial({ group: { guid: "team", type: 1 }, action })).finish());
  other.set("group.AddMembers", () => AddMembersResponse.encode(AddMembersResponse.fromPartial({
    results: [{ uid: "bob", success: true }, { uid: "carol", errorCode: "ERR_ALREADY_JOINED", errorMessage: "is in" }],
  })).finish());
  expect(await parlance.joinGroup("team", "public")).toMatchObject({ guid: "team", type: "public" });
  gateway.socket.event(joined, messaging.append(team, "bob", member(GroupActionKind.ADDED)));
  await clock.advance(1_000);
  expect(heard).toEqual(["onMemberAddedToGroup"]);
  const results = await parlance.addMembersToGroup("team", [new parlance.GroupMember("bob", "admin"), new parlance.GroupMember("carol")], null);
  expect(results).toEqual({ bob: "success", carol: { code: "ERR_ALREADY_JOINED", message: "is in" } });
  await expect(parlance.updateGroupMemberScope("team", "bob", "king" as never)).rejects.toEqual(code("INVALID_SCOPE_VALUE"));
});

const created = Event.fromPartial({
  id: "created", channel: "u:alice",
  body: { $case: "groupCreated", value: { group: { guid: "team", owner: "alice" }, createdBy: { id: "alice" } } },
});

it("tells the creator's other devices of a new group, without an action", async () => {
  const { parlance, gateway } = await connected();
  const { heard, listener } = recorder((name, [action, user, by, group]) =>
    [name, action, (user as User).name, (by as User).uid, (group as Group).guid].join(" "));
  parlance.addGroupListener("test", listener);
  gateway.socket.event(created);
  expect(heard).toEqual(["onMemberAddedToGroup  Alice alice team"]);
});

type Place = Awaited<ReturnType<typeof connected>>;

it.each([
  ["made by another device", async ({ gateway }: Place) => gateway.socket.event(created)],
  ["made here", async ({ parlance, other }: Place) => {
    other.set("group.CreateGroup", () => CreateGroupResponse.encode(CreateGroupResponse.fromPartial({ group: { guid: "team", type: 1 } })).finish());
    await parlance.createGroup(new parlance.Group("Team", "Team", "public"));
  }],
])("misses nothing from the very start of a group %s", async (_, begin) => {
  const place = await connected();
  const { heard, listener } = recorder((_name, [message]) => (message as TextMessage).text ?? "");
  place.parlance.addMessageListener("test", listener);
  await begin(place);
  place.messaging.append(team, "bob");
  place.gateway.socket.event(place.messaging.append(team, "bob"));
  expect(heard).toEqual([]);
  await place.clock.advance(1_000);
  expect(heard).toEqual(["bob 1", "bob 2"]);
});
