import { ReceiptType } from "@parlance/proto/messaging/v1/conversation";
import { GetConversationRequest, MarkDeliveredRequest, MarkReadRequest } from "@parlance/proto/messaging/v1/rpc";
import { seededRandom } from "@parlance/platform/random";
import { expect, test } from "vitest";
import { address, as, openBench } from "../testing/bench.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

const mark = async (of: string, messageId = 0, who = "bob") =>
  (await bench().call.markRead(MarkReadRequest.fromPartial({ ...address(of), messageId }), as.user(who))).conversation!;

test("everything up to the message is read, hence delivered, hence not unread", async () => {
  const [first] = [await bench().text("alice", "bob"), await bench().text("alice", "bob")];
  expect(await mark("alice", first.id)).toMatchObject({ deliveredSeq: 1, readSeq: 1, unreadAfterSeq: 1, lastReadMessageId: first.id, unreadMessageCount: 1 });
});

test("the author and the own other devices hear of it", async () => {
  const { id } = await bench().text("alice", "bob");
  await bench().published();
  const conversation = await mark("alice");
  const [receipt, own] = await bench().published();
  expect(receipt!.event.body).toMatchObject({ value: { type: ReceiptType.READ, messageId: id, seq: 1 } });
  expect(own!.event.body).toMatchObject({ value: { conversation, changed: ["deliveredSeq", "readSeq", "unreadMessageCount"] } });
});

test("a marked group message covers what others wrote, and nobody hears of own ones (12.6)", async () => {
  await bench().join("alice");
  await bench().join("bob");
  await bench().text("bob", "team");
  await mark("team", 0, "alice");
  await bench().text("bob", "team");
  await bench().published();
  await mark("team");
  expect((await bench().published()).map(({ channel }) => channel)).toEqual(["app/u:bob"]);
});

test("in groups with too many authors the newest hear of a mark, and the others at their next sync", async () => {
  const small = await openBench({ env: { PARLANCE_MESSAGING_RECEIPTS_LIVE_MEMBERS_MAX: "1" } });
  for (const who of ["alice", "bob", "carol"]) await small.join(who);
  await small.text("alice", "team");
  await small.text("bob", "team");
  await small.published();
  await small.call.markRead(MarkReadRequest.fromPartial(address("team")), as.user("carol"));
  expect((await small.published()).filter(({ record }) => record.headers.kind === "receipt")).toHaveLength(1);
  await small.close();
});

test("watermarks never fall, read never passes delivered, in whatever order marks come (I10)", async () => {
  const random = seededRandom(5);
  const ids = [];
  for (let n = 0; n < 20; n += 1) ids.push((await bench().text(n % 3 === 0 ? "bob" : "alice", n % 3 === 0 ? "alice" : "bob")).id);
  let before = { deliveredSeq: 0, readSeq: 0 };
  for (let n = 0; n < 60; n += 1) {
    const request = { ...address("alice"), messageId: ids[random.int(ids.length)]! };
    const { conversation } = random.int(2) === 0
      ? await bench().call.markRead(MarkReadRequest.fromPartial(request), as.user("bob"))
      : await bench().call.markDelivered(MarkDeliveredRequest.fromPartial(request), as.user("bob"));
    const { deliveredSeq, readSeq } = conversation!;
    expect(deliveredSeq).toBeGreaterThanOrEqual(before.deliveredSeq);
    expect(readSeq).toBeGreaterThanOrEqual(before.readSeq);
    expect(readSeq).toBeLessThanOrEqual(deliveredSeq);
    before = { deliveredSeq, readSeq };
  }
  const { conversation } = await bench().call.getConversation(
    GetConversationRequest.fromPartial({ conversationType: 1, conversationWith: "bob" }), as.user("alice"));
  expect(conversation).toMatchObject({ peerDeliveredSeq: before.deliveredSeq, peerReadSeq: before.readSeq });
});
