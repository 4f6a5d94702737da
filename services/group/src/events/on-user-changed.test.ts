import { beforeEach, describe, expect, it } from "vitest";
import { Event } from "@parlance/proto/event/v1/event";
import { ListMembersRequest } from "@parlance/proto/group/v1/group";
import { User } from "@parlance/proto/identity/v1/identity";
import { CAST, CLUB, as } from "../testing/bench.js";
import { withBench } from "../testing/with-bench.js";
import { onUserChanged } from "./on-user-changed.js";

const bench = withBench();

function changed(name: string, atMs: number, fields: Partial<User> = {}): Event {
  const user = User.fromPartial({ uid: "dave", name, createdAtMs: 1, updatedAtMs: atMs, ...fields });
  return Event.fromPartial({
    id: `user:${atMs}`, channel: "s:user:dave", atMs, appId: "acmechat", body: { $case: "userChanged", value: { user } },
  });
}

async function publish(...events: readonly Event[]): Promise<void> {
  await bench().eventLog.append(events.map((event) => ({
    topic: "events", key: "acmechat/s:user:dave", value: Event.encode(event).finish(), headers: { id: event.id, kind: "userChanged" },
  })));
  await bench().settle();
}

const found = async (searchKey: string) => {
  const { members } = await bench().call.listMembers(ListMembersRequest.fromPartial({ guid: CLUB, searchKey }), as.server());
  return members.map(({ user }) => user?.uid);
};

beforeEach(async () => {
  await bench().group({}, CAST);
});

describe("a user's change", () => {
  it("moves the user to the place of the new name", async () => {
    await publish(changed("Zoltan Dahl", 5));
    expect([await found("dahl"), await found("dav")]).toEqual([["dave"], ["dave"]]);
    await publish(changed("Eve", 6));
    expect([await found("dahl"), await found("eve")]).toEqual([[], ["dave"]]);
  });

  it("counts as often as it comes and in whatever order as the newest", async () => {
    await publish(changed("Newest", 9), changed("Newest", 9), changed("Older", 8));
    expect([await found("newest"), await found("older")]).toEqual([["dave"], []]);
  });

  it("is seen at once, whatever was remembered", async () => {
    bench().directory.add("acmechat", "dave", "David");
    await publish(changed("David", 5));
    const { member } = await bench().call.getMember({ guid: CLUB, uid: "dave" }, as.server());
    expect(member?.user?.name).toBe("David");
  });

  it("that deactivates leaves the membership", async () => {
    bench().directory.remove("acmechat", "dave");
    await publish(changed("dave", 5, { deactivatedAtMs: 5 }));
    expect(await found("dave")).toEqual(["dave"]);
    const { group } = await bench().call.getGroup({ guid: CLUB }, as.server());
    expect(group?.membersCount).toBe(4);
  });

  it("that names no app or user is a dead letter", async () => {
    const handler = onUserChanged({ members: { rename: () => Promise.reject(new Error("asked")) } });
    expect(await handler({ ...changed("x", 1), appId: "" })).toBe("dead");
    expect(await handler(Event.fromPartial({ appId: "acmechat", body: { $case: "userChanged", value: {} } }))).toBe("dead");
  });
});
