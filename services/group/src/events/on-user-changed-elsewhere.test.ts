import { expect, it } from "vitest";
import { User } from "@parlance/proto/identity/v1/identity";
import { Event } from "@parlance/proto/event/v1/event";
import { CAST, CLUB, as } from "../testing/bench.js";
import { withBench } from "../testing/with-bench.js";
import { onUserChangedElsewhere } from "./on-user-changed-elsewhere.js";

const bench = withBench({ pods: 2 });

it("takes who has changed from the keys, without a look at the events", () => {
  const forgotten: string[] = [];
  const record = (key: string, kind: string) =>
    ({ topic: "events", key, value: new Uint8Array([0xff]), headers: { id: "1", kind } }) as const;
  onUserChangedElsewhere({ forget: (app, uid) => void forgotten.push(`${app} ${uid}`) })([
    record("acmechat/s:user:alice", "userChanged"),
    record("acmechat/s:user:bob", "row"),
    record("acmechat/u:carol", "userChanged"),
  ]);
  expect(forgotten).toEqual(["acmechat alice"]);
});

it("a user whom one process renames by the event is known under the new name to all of them", async () => {
  await bench().group({}, CAST);
  const leave = async (pod: number) => {
    const { action } = await bench().calls[pod]!.leaveGroup({ guid: CLUB }, as.user("dave"));
    return action?.body?.$case === "groupAction" ? action.body.value.on?.name : undefined;
  };
  expect(await leave(1)).toBe("dave");
  bench().directory.add("acmechat", "dave", "David");
  const user = User.fromPartial({ uid: "dave", name: "David", createdAtMs: 1, updatedAtMs: 5 });
  const event = Event.fromPartial({ id: "e", channel: "s:user:dave", appId: "acmechat", body: { $case: "userChanged", value: { user } } });
  await bench().eventLog.append([{
    topic: "events", key: "acmechat/s:user:dave", value: Event.encode(event).finish(), headers: { id: "e", kind: "userChanged" },
  }]);
  await bench().settle();
  await bench().add("dave");
  expect(await leave(1)).toBe("David");
});
