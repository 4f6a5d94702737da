import { expect, it } from "vitest";
import { Category, GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { AddMembersResponse, JoinGroupResponse } from "@parlance/proto/group/v1/group";
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
