import { Event } from "@parlance/proto/event/v1/event";
import { expect, test } from "vitest";
import { as, textTo } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

const changed = (uid: string, appId = "app") =>
  bench().eventLog.deliver(Event.fromPartial({ id: "u", appId, body: { $case: "userChanged", value: { user: { uid } } } }));

test("the next message carries the user's new name; stored ones keep the old one", async () => {
  await bench().text("alice", "bob");
  bench().directory.users.set("app/alice", "Alice Liddell");
  expect((await bench().text("alice", "bob")).sender).toMatchObject({ name: "ALICE" });
  await changed("alice");
  expect((await bench().text("alice", "bob")).sender).toMatchObject({ name: "Alice Liddell" });
  expect((await bench().rows("alice", "bob"))[0]).toMatchObject({ body: { value: { sender: { name: "ALICE" } } } });
});

test("one who was deactivated cannot be written to", async () => {
  await bench().text("alice", "bob");
  bench().directory.users.delete("app/bob");
  await changed("bob");
  await expect(bench().call.sendMessage(textTo("bob"), as.user("alice"))).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
});

test("a change in another app is no change here", async () => {
  await bench().text("alice", "bob");
  const { asked } = bench().directory;
  await changed("alice", "other-app");
  await bench().text("alice", "bob");
  // What was known of the same user here was not forgotten.
  expect(bench().directory.asked).toBe(asked);
});
