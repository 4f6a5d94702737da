import { expect, test } from "vitest";
import { as, textTo } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

const send = () => bench().call.sendMessage(textTo("team"), as.user("alice"));

test("the next message carries the group's new name", async () => {
  await bench().join("alice");
  await bench().text("alice", "team");
  bench().directory.groups.set("app/team", "Dream Team");
  expect((await send()).message!.receiver).toMatchObject({ name: "Team" });
  await bench().nudge(bench().groupEvent({}));
  expect((await send()).message!.receiver).toMatchObject({ name: "Dream Team" });
});

test("a deleted group loses log and views, and cannot be written to", async () => {
  await bench().join("alice");
  await bench().text("alice", "team");
  bench().directory.groups.delete("app/team");
  await bench().nudge(bench().groupEvent({ deleted: true }));
  await expect(send()).rejects.toEqual(refusal("ERR_GUID_NOT_FOUND"));
  await expect(bench().rows("alice", "team")).rejects.toEqual(refusal("ERR_GUID_NOT_FOUND"));
});

test("a message that was under way when the group was deleted leaves nothing to a later group", async () => {
  await bench().join("alice");
  await bench().text("alice", "team");
  const both = Promise.allSettled([bench().nudge(bench().groupEvent({ deleted: true })), send()]);
  await bench().clock.advance(1_000);
  const [, sent] = await both;
  expect(sent.status).toBe("rejected");
  await bench().join("alice", { incarnation: "i2", version: 1 });
  expect(await bench().rows("alice", "team")).toHaveLength(1);
});

test("what arrives late of a deleted group does not touch a later one of the same guid", async () => {
  const joined = bench().memberEvent({ kind: 1, user: "bob", fields: { newScope: 1 } });
  await bench().nudge(joined);
  const deleted = bench().groupEvent({ deleted: true });
  await bench().nudge(deleted);
  await bench().join("alice", { incarnation: "i2", version: 1 });
  await bench().text("alice", "team", "kept");
  // The records of the earlier group follow their nudges through the event log.
  await bench().eventLog.deliver(joined);
  await bench().eventLog.deliver(deleted);
  expect((await bench().rows("alice", "team")).map(({ seq }) => seq)).toEqual([1, 2]);
  await expect(bench().rows("bob", "team")).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
});

test("the first member of a later group ends the earlier one, also when its deletion was not heard of", async () => {
  await bench().join("bob");
  await bench().text("bob", "team", "old");
  const joining = bench().join("alice", { incarnation: "i2", version: 1 });
  await bench().clock.advance(100);
  expect(await joining).toMatchObject({ seq: 1 });
  expect(await bench().rows("alice", "team")).toHaveLength(1);
  // What was known of a member is at most a minute old (W24).
  await bench().clock.advance(60_000);
  await expect(bench().rows("bob", "team")).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
});

test("rows committed after a deletion are still published", async () => {
  await bench().join("alice");
  await bench().text("alice", "team");
  await bench().published();
  await bench().nudge(bench().groupEvent({ deleted: true }));
  await bench().text("alice", "bob");
  await bench().text("alice", "bob");
  expect((await bench().published()).map(({ record }) => record.headers.id)).toEqual(
    ["r:u/alice/bob:1", "r:u/alice/bob:1", "r:u/alice/bob:2", "r:u/alice/bob:2"]);
});

test("another app's group of the same guid is another group (S13)", async () => {
  await bench().join("alice");
  await bench().nudge(bench().groupEvent({ deleted: true }, "other-app"));
  expect(await bench().rows("alice", "team")).toHaveLength(1);
});
