// F11: one of a hundred members of a group does not read.
import { afterEach, describe, expect, it } from "vitest";
import { createMetrics } from "@parlance/platform/metrics";
import type { Json, RawClient } from "@parlance/platform/testing";
import { soon } from "./kit/chat-client.js";
import type { Society } from "./kit/pairs.js";
import { toGroup } from "./kit/places.js";
import { RecordedRun } from "./kit/recorded-run.js";
import { object } from "./kit/rows.js";

const FAST = 98;
const TEXT = "x".repeat(10_000);
/** What the kernel takes for a socket that nobody reads; more than this is never asked for. */
const KERNEL_BYTES_MAX = 16 * 1024 * 1024;
const MESSAGES_MAX = Math.ceil(KERNEL_BYTES_MAX / TEXT.length);
const AFTER_CLOSE = 20;
const IN_FLIGHT = 8;

const fast = Array.from({ length: FAST }, (_, index) => `member${index}`);
const society: Society = {
  uids: ["alice", "bob", ...fast], pairs: [], groups: [{ guid: "book-club", members: ["alice", "bob", ...fast] }],
};
const CLUB = toGroup("book-club");

let run: RecordedRun | undefined;

afterEach(async () => {
  await run?.stop();
});

describe("F11: a client that does not read while its group is busy", () => {
  it("is closed with a resumable code after a bounded number of bytes, the others get everything, and it resumes exactly (I1, I2, I3, I5, I15)", async () => {
    const metrics = createMetrics();
    run = await RecordedRun.start(society, { metrics });
    // Rows are large here, and an answer larger than a socket's buffer closes the socket too.
    run.pageRows = 20;
    const { platform, prepared, clock } = run;
    const closes = async (): Promise<number> => Number(/^parlance_gateway_closes_total{code="4001"} (\d+)$/m.exec(await metrics.text())?.[1] ?? 0);
    const heard = new Map<string, number[]>();
    const others: RawClient[] = [];
    for (const uid of fast) {
      const seqs: number[] = [];
      heard.set(uid, seqs);
      others.push(await platform.raw(prepared.app as never, uid, "phone", { onEvent: (event) => note(seqs, event) }));
    }
    const [alice, bob] = [await run.connect("alice"), await run.connect("bob")];
    bob.raw.socket.pauseReading();
    let sent = 0;
    const sendSome = async (): Promise<void> => {
      const batch = Array.from({ length: IN_FLIGHT }, () => `m${sent += 1}`);
      for (const answer of await Promise.all(batch.map((muid) => alice.send({ place: CLUB, muid, text: TEXT })))) expect(answer.outcome).toBe("ok");
    };
    while ((await closes()) === 0 && sent < MESSAGES_MAX) await sendSome();
    expect(await closes()).toBe(1);
    const sentAtClose = sent;
    while (sent < sentAtClose + AFTER_CLOSE) await sendSome();
    // Everybody else got everything, each row once, in order.
    await platform.settle();
    await Promise.all(others.map((client) => soon(clock, "an answer", client.call("identity.GetUser", {}))));
    const all = Array.from({ length: sent }, (_, index) => BEGINNING + index + 1);
    for (const [uid, seqs] of heard) expect([uid, seqs]).toEqual([uid, all]);
    expect(platform.platform.gateway.sockets).toBeLessThanOrEqual(others.length + 2);

    bob.raw.socket.resumeReading();
    expect([1006, 4001]).toContain((await soon(clock, "the close", bob.ended)).code);
    expect(bob.through(CLUB)).toBeLessThan(BEGINNING + sent);
    await bob.connect();
    await run.settle();
    expect(bob.through(CLUB)).toBe(BEGINNING + sent);
    process.stdout.write(`\nF11: closed after ${sentAtClose} messages of ${TEXT.length} bytes to ${FAST + 1} readers\n`);
    const readers: Society = { ...society, groups: [{ guid: CLUB.id, members: ["alice", "bob"] }] };
    const dump = await run.dump(readers);
    const conversations = dump.conversations.map((each) => ({ ...each, founders: society.uids }));
    expect(run.judgeDump({ fault: "F11 slow client (1 of 100)", seed: 0 }, ["I1", "I2", "I3", "I5", "I9", "I13", "I15"], { ...dump, conversations })).toEqual([]);
  }, 90_000);
});

/** Rows about the members who were added when the group was made. */
const BEGINNING = society.uids.length - 1;

function note(seqs: number[], event: Json): void {
  const seq = object(event["row"])?.["seq"];
  if (typeof seq === "number") seqs.push(seq);
}
