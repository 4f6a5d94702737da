import { seededRandom } from "@parlance/platform/random";
import { ReceiverType, type Row } from "@parlance/proto/messaging/v1/message";
import { GetUnreadCountsRequest, MarkReadRequest } from "@parlance/proto/messaging/v1/rpc";
import { expect, test } from "vitest";
import { OTHER_APP, address, as, textTo, type Bench } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

const counts = (fields: Parameters<typeof GetUnreadCountsRequest.fromPartial>[0] = {}, who = "bob", app?: string) =>
  bench().call.getUnreadCounts(GetUnreadCountsRequest.fromPartial(fields), as.user(who, app));

test("messages of others above the read mark count; own ones and actions do not (16.1)", async () => {
  await bench().join("alice");
  await bench().join("bob");
  await bench().text("alice", "team");
  await bench().text("alice", "bob");
  await bench().text("bob", "alice");
  expect(await counts()).toEqual({ users: { alice: 1 }, groups: { team: 1 } });
  expect(await counts({}, "alice")).toEqual({ users: { bob: 1 }, groups: {} });
});

test("one kind, or one conversation, can be asked for; that one is told also when it is 0", async () => {
  await bench().text("alice", "bob");
  await bench().join("bob");
  expect(await counts({ receiverType: ReceiverType.USER })).toEqual({ users: { alice: 1 }, groups: {} });
  expect(await counts({ receiverType: ReceiverType.GROUP })).toEqual({ users: {}, groups: {} });
  expect(await counts(address("alice"))).toEqual({ users: { alice: 1 }, groups: {} });
  expect(await counts(address("carol"))).toEqual({ users: { carol: 0 }, groups: {} });
  expect(await counts(address("team"))).toEqual({ users: {}, groups: { team: 0 } });
});

test("what is not there, or not the caller's, is refused (16.7)", async () => {
  await expect(counts(address("nobody"))).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  await expect(counts({ receiverType: ReceiverType.GROUP, receiverId: "nothing" })).rejects.toEqual(refusal("ERR_GUID_NOT_FOUND"));
  await expect(counts(address("team"))).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
  await expect(counts({ receiverId: "alice" })).rejects.toEqual(refusal("ERR_INVALID_RECEIVER_TYPE"));
});

test("another app counts its own (S14)", async () => {
  await bench().text("alice", "bob");
  expect(await counts({}, "bob", OTHER_APP)).toEqual({ users: {}, groups: {} });
});

test("every count equals a recount from the rows, whatever was sent, edited, deleted and read (I11, 2,000 operations)", async () => {
  const random = seededRandom(11);
  const people = ["alice", "bob", "carol"];
  for (const who of people) await bench().join(who);
  const sent: { readonly id: number; readonly by: string; readonly to: string }[] = [];
  for (let n = 1; n <= 2_000; n += 1) {
    await operate(bench(), { random, people, sent });
    if (n % 200 === 0) await expectRecounts(people);
  }
}, 60_000);

interface World {
  readonly random: ReturnType<typeof seededRandom>;
  readonly people: readonly string[];
  readonly sent: { readonly id: number; readonly by: string; readonly to: string }[];
}

async function operate(on: Bench, { random, people, sent }: World): Promise<void> {
  const by = people[random.int(people.length)]!;
  const others = ["team", ...people.filter((who) => who !== by)];
  const to = others[random.int(others.length)]!;
  const some = sent[random.int(Math.max(1, sent.length))];
  const dice = random.int(10);
  if (dice < 6 || some === undefined) {
    const countable = random.int(5) > 0;
    const body = { $case: "custom" as const, value: { customDataJson: "{}", subType: "", conversationText: "", updateConversation: countable, sendNotification: true } };
    const { message } = await on.call.sendMessage({ ...textTo(to), body, type: "note" }, as.user(by));
    sent.push({ id: message!.id, by, to });
  } else if (dice < 7) await on.call.deleteMessage({ messageId: some.id }, as.user(some.by));
  else {
    const reader = some.to === "team" ? by : some.to;
    const address_ = address(some.to === "team" ? "team" : some.by);
    await on.call.markRead(MarkReadRequest.fromPartial({ ...address_, messageId: some.id }), as.user(reader));
  }
}

async function expectRecounts(people: readonly string[]): Promise<void> {
  for (const who of people) {
    const { users, groups } = await counts({}, who);
    for (const other of ["team", ...people.filter((each) => each !== who)]) {
      const { receiverType: conversationType } = address(other);
      const view = await bench().call.getConversation({ conversationType, conversationWith: other }, as.user(who)).catch(() => undefined);
      if (view === undefined) continue;
      const { unreadAfterSeq, unreadMessageCount } = view.conversation!;
      const recounted = recount(await allRows(who, other), who, unreadAfterSeq);
      expect([unreadMessageCount, { ...users, ...groups }[other] ?? 0]).toEqual([recounted, recounted]);
    }
  }
}

async function allRows(who: string, other: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await bench().call.listRows({ ...address(other), afterSeq: rows.length, throughSeq: 0, pageSize: 1_000, knownSeq: 0, epoch: "" }, as.user(who));
    rows.push(...page.rows);
    if (rows.length === page.head) return rows;
  }
}

function recount(rows: readonly Row[], who: string, after: number): number {
  return rows.filter(({ seq, body }) => seq > after && body?.$case === "message" && body.value.countable && body.value.deletedAtMs === 0
    && body.value.sender!.id !== who).length;
}
