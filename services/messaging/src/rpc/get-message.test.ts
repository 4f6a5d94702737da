import { HistoryVisibility } from "@parlance/proto/group/v1/group";
import { expect, test } from "vitest";
import { OTHER_APP, as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

const get = (messageId: number, caller = as.user("bob")) => bench().call.getMessage({ messageId }, caller);

test("participants and the server get a message", async () => {
  const message = await bench().text("alice", "bob");
  for (const caller of [as.user("alice"), as.user("bob"), as.onBehalfOf("bob"), as.server()]) {
    expect((await get(message.id, caller)).message).toEqual(message);
  }
});

test("others do not, and nobody gets what is not there", async () => {
  const { id } = await bench().text("alice", "bob");
  await expect(get(id, as.user("carol"))).rejects.toEqual(refusal("ERR_MESSAGE_NO_ACCESS"));
  await expect(get(id + 1)).rejects.toEqual(refusal("ERR_MESSAGE_ID_NOT_FOUND"));
  await expect(get(0)).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});

test("a message of another app is not found, by user or server (S13)", async () => {
  const { id } = await bench().text("alice", "bob");
  for (const caller of [as.user("alice", OTHER_APP), as.server(OTHER_APP)]) {
    await expect(get(id, caller)).rejects.toEqual(refusal("ERR_MESSAGE_ID_NOT_FOUND"));
  }
});

test("a message of a group is there for its members, above their floor (9.9)", async () => {
  await bench().join("alice");
  const before = await bench().text("alice", "team");
  await expect(get(before.id)).rejects.toEqual(refusal("ERR_MESSAGE_NO_ACCESS"));
  await bench().join("bob", { historyVisibility: HistoryVisibility.SINCE_JOIN });
  await expect(get(before.id)).rejects.toEqual(refusal("ERR_MESSAGE_NO_ACCESS"));
  const after = await bench().text("alice", "team");
  expect((await get(after.id)).message).toEqual(after);
});
