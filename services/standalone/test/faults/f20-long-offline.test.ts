// F20: two devices of one person; one was away while 10,000 rows came in one conversation and a few in many others.
import { afterEach, describe, expect, it } from "vitest";
import { appId } from "@parlance/platform/ids";
import { clientName, directConversation } from "@parlance/platform/testing";
import { placesOf, type Society } from "./kit/pairs.js";
import { addressOf, toUser } from "./kit/places.js";
import { RecordedRun, succeed } from "./kit/recorded-run.js";
import { list } from "./kit/rows.js";

const MISSED = 10_000;
const FRIENDS = 150;
const EACH = 3;
const IN_FLIGHT = 200;
/** What a reader has to hold at once: chat.md 14.2 and the largest page. */
const SYNC_CURSORS_MAX = 100;
const SYNC_ROWS_MAX = 200;
const PAGE_ROWS_MAX = 1_000;

const friends = Array.from({ length: FRIENDS }, (_, index) => `friend${index}`);
const society: Society = {
  uids: ["alice", "bob", ...friends],
  pairs: [["alice", "bob"], ...friends.map((uid) => ["alice", uid] as const)],
  groups: [],
};

let run: RecordedRun | undefined;

afterEach(async () => {
  await run?.stop();
  run = undefined;
});

/** Sends by the app's server for users, `IN_FLIGHT` at a time. */
async function sendFrom(run: RecordedRun, prefix: string, senders: readonly string[]): Promise<void> {
  const { platform, prepared: { app }, recorder } = run;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < senders.length) {
      const number = next;
      next += 1;
      const [uid, muid, content] = [senders[number]!, `${prefix}-${number}`, `text ${number}`];
      const operation = recorder.begin(clientName({ app, uid, device: "server" }), "send", {
        conversation: directConversation(app, uid, "alice"), muid, content,
      });
      const { message } = await platform.messaging.sendMessage({
        receiverType: 1, receiverId: "alice", muid, resend: false, category: 0, type: "", parentMessageId: 0,
        quotedMessageId: 0, metadataJson: "", tags: [], body: { $case: "text", value: { text: content } },
      }, platform.server(appId(app), uid));
      operation.ok({ id: message!.id, seq: message!.seq, sentAtMs: message!.sentAtMs });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
}

describe("F20: a device that was away for long", () => {
  it(`gets ${MISSED} missed rows of one conversation in pages and the few of ${FRIENDS} others exactly (I1, I2, I3, I5, I6, I9, I13, I15)`, async () => {
    run = await RecordedRun.start(society);
    const phone = await run.connect("alice", "phone");
    const laptop = await run.connect("alice", "laptop");
    await sendFrom(run, "first", ["bob", ...friends]);
    await run.settle();
    await phone.drop();
    await sendFrom(run, "missed", [
      ...Array.from({ length: MISSED }, () => "bob"), ...friends.flatMap((uid) => Array.from({ length: EACH }, () => uid)),
    ]);
    await run.settle();
    const before = run.history.length;
    await phone.connect();
    // So much at once may have been too much for the one that was there.
    if (!laptop.isConnected) await laptop.connect();
    await run.settle();
    const places = placesOf(society, "alice");
    const heads = places.map(({ id }) => (id === "bob" ? MISSED + 1 : EACH + 1));
    expect(places.map((place) => phone.through(place))).toEqual(heads);
    expect(places.map((place) => laptop.through(place))).toEqual(heads);
    const mine = run.history.slice(before).filter(({ client, outcome }) => client === phone.name && outcome === "ok");
    const resumes = mine.filter(({ op }) => op === "resume") as readonly { value: { conversations: readonly { rows: readonly unknown[] }[] } }[];
    expect(resumes).toHaveLength(Math.ceil((FRIENDS + 1) / SYNC_CURSORS_MAX));
    expect(Math.max(...resumes.flatMap(({ value }) => value.conversations.map(({ rows }) => rows.length)))).toBeLessThanOrEqual(SYNC_ROWS_MAX);
    const pages = mine.filter(({ op }) => op === "read") as readonly { value: { rows: readonly unknown[] } }[];
    expect(Math.max(...pages.map(({ value }) => value.rows.length))).toBeLessThanOrEqual(PAGE_ROWS_MAX);
    const violations = await run.judge({ fault: "F20 long offline", seed: 0 }, ["I1", "I2", "I3", "I5", "I6", "I9", "I13", "I15"]);
    expect(violations).toEqual([]);
  }, 90_000);

  it("is told that its whole copy is void when more conversations changed than one answer carries (I15)", async () => {
    run = await RecordedRun.start(society, { env: { PARLANCE_MESSAGING_RESUME_CONVERSATIONS_MAX: "10" } });
    const phone = await run.connect("alice", "phone");
    const first = await succeed(phone, "messaging.Sync", {});
    await sendFrom(run, "first", friends);
    const answer = await succeed(phone, "messaging.Sync", { syncToken: String(first["syncToken"]), epoch: String(first["epoch"]) });
    expect(answer["fullSync"]).toBe(true);
    const other = await succeed(phone, "messaging.Sync", {
      conversations: [{ ...addressOf(toUser(friends[0]!)), seq: 1 }], epoch: "0123456789abcdef",
    });
    expect(other["fullSync"]).toBe(true);
    expect(list(other["conversations"])).toEqual([]);
  }, 60_000);
});
