import { describe, expect, it } from "vitest";
import { fail } from "@parlance/platform/errors";
import { GroupType, type Group } from "@parlance/proto/group/v1/group";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { CAST, CLUB, as, openBench } from "./testing/bench.js";
import { withFile } from "./testing/in-folder.js";
import { refusalOf } from "./testing/refusal.js";
import { withBench } from "./testing/with-bench.js";

const bench = withBench({ pods: 2, env: { PARLANCE_GROUP_MEMBERS_MAX: "20" } });
const join = (who: string, pod = 0) => bench().calls[pod]!.joinGroup({ guid: CLUB, password: "" }, as.user(who));
const kick = (uid: string) => bench().call.kickMember({ guid: CLUB, uid }, as.user("alice"));
const group = async () => (await bench().call.getGroup({ guid: CLUB }, as.server())).group!;
const versions = () => bench().sink.changesOf(CLUB).map(({ version }) => version);
const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

function crowd(count: number): string[] {
  const uids = Array.from({ length: count }, (_, at) => `user-${at}`);
  for (const uid of uids) bench().directory.add("acmechat", uid);
  return uids;
}

describe("a membership change", () => {
  it("is known to messaging before the call answers, and comes through the event log with the same id and bytes", async () => {
    await bench().group();
    const { action } = await join("bob");
    expect(bench().sink.changesOf(CLUB).map(({ kind, version, silent }) => [kind, version, silent])).toEqual([
      [GroupActionKind.ADDED, 1, true], [GroupActionKind.JOINED, 2, false],
    ]);
    expect(action?.muid).toMatch(/^@m:acmechat:book-club:[0-9a-f]{12}:2$/);
    const facts = (await bench().facts()).filter(({ event }) => event.body?.$case === "membershipChanged");
    expect(facts.map(({ record }) => record.headers.id)).toEqual(bench().sink.applied.map(({ id }) => id));
    expect(facts.every(({ record }) => record.key === `acmechat/s:group:${CLUB}`)).toBe(true);
    for (const { record } of facts) bench().sink.apply(record.value);
    expect(versions()).toEqual([1, 2]);
  });

  it("is told as an internal call of the app", async () => {
    await bench().group();
    expect(bench().sink.contexts[0]).toMatchObject({ app: "acmechat", caller: { kind: "internal", peer: "group" } });
  });

  it("is told once, and not again with the next", async () => {
    await bench().group();
    await join("bob");
    await bench().settle();
    await join("carol");
    expect(bench().sink.deliveries.map((events) => events.length)).toEqual([1, 1, 1]);
  });
});

describe("many at once", () => {
  it("fill a group to its cap exactly: 100 joins at one place less (S39)", async () => {
    await bench().group();
    await bench().add(...crowd(18));
    const answers = await Promise.all(crowd(118).slice(18).map((who) => refusalOf(join(who))));
    expect(answers.filter((name) => name === "done")).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(["done", "ERR_NO_VACANCY"]));
    expect((await group()).membersCount).toBe(20);
    expect(versions()).toEqual(upTo(20));
  });

  it("count exactly when two processes change one group", async () => {
    await bench().group();
    const answers = await Promise.all(crowd(30).map((who, at) => refusalOf(join(who, at % 2))));
    expect(answers.filter((name) => name === "done")).toHaveLength(19);
    expect((await group()).membersCount).toBe(20);
    expect(versions().toSorted((one, other) => one - other)).toEqual(upTo(20));
  });

  it("let a user join once, and a member leave or be kicked once", async () => {
    await bench().group({}, CAST);
    expect((await Promise.all(["erin", "erin", "erin", "erin"].map((who) => refusalOf(join(who))))).toSorted())
      .toEqual(["ERR_ALREADY_JOINED", "ERR_ALREADY_JOINED", "ERR_ALREADY_JOINED", "done"]);
    const left = await Promise.all([kick("dave"), bench().calls[1]!.leaveGroup({ guid: CLUB }, as.user("dave"))].map(refusalOf));
    expect(left.filter((name) => name === "done")).toHaveLength(1);
    expect((await group()).membersCount).toBe(4);
  });

  it("that say the same in two processes make one change", async () => {
    await bench().group();
    const answers = await Promise.all([0, 1, 0, 1].map((pod) => refusalOf(join("bob", pod))));
    expect(answers.filter((name) => name !== "done" && name !== "ERR_ALREADY_JOINED")).toEqual([]);
    expect(versions()).toEqual([1, 2]);
  });
});

describe("while messaging is away", () => {
  it("a change is answered ERR_OPERATION_FAILED and stands; the repeat answers what was done", async () => {
    await bench().group({}, CAST);
    bench().sink.state = "away";
    expect(await refusalOf(kick("dave"))).toBe("ERR_OPERATION_FAILED");
    expect((await group()).membersCount).toBe(3);
    bench().sink.state = "here";
    const { action } = await kick("dave");
    expect(action?.body).toMatchObject({ value: { on: { id: "dave" }, membersCount: 3 } });
    await bench().settle();
    expect(await refusalOf(kick("dave"))).toBe("ERR_NOT_A_MEMBER");
  });

  it("and says nothing, the caller hears so in time, and what follows waits no longer than its own time", async () => {
    await bench().group({}, CAST);
    bench().sink.state = "silent";
    const answers = [refusalOf(kick("dave")), refusalOf(kick("carol"))];
    await bench().clock.advance(4_900);
    expect(await answers[0]).toBe("ERR_OPERATION_FAILED");
    await bench().clock.advance(200);
    expect(await answers[1]).toMatch(/^ERR_(OPERATION|MISSION)_FAILED$/);
    bench().sink.state = "here";
  });

  it("16 changes of a group wait and further ones are refused, until it is back and hears all in order", async () => {
    await bench().group({}, CAST);
    await bench().settle();
    bench().sink.state = "away";
    const [known, asked] = [versions().length, crowd(20)];
    for (const who of asked.slice(0, 16)) expect(await refusalOf(join(who))).toBe("ERR_OPERATION_FAILED");
    expect((await group()).membersCount).toBe(20);
    expect(await refusalOf(kick("dave"))).toBe("ERR_OPERATION_FAILED");
    expect((await group()).membersCount).toBe(20);
    bench().sink.state = "here";
    expect(await refusalOf(kick("dave"))).toBe("done");
    expect(versions()).toEqual(upTo(known + 17));
  });

  it("a repeated creation is the creation, another one is not", async () => {
    bench().sink.state = "away";
    expect(await refusalOf(bench().group())).toBe("ERR_OPERATION_FAILED");
    bench().sink.state = "here";
    expect(await refusalOf(bench().group({ name: "Another" }))).toBe("ERR_GUID_ALREADY_EXISTS");
    expect((await bench().group()).membersCount).toBe(1);
    await bench().settle();
    expect(await refusalOf(bench().group())).toBe("ERR_GUID_ALREADY_EXISTS");
  });

  it("a password is asked of the first try to join, not of its repeat", async () => {
    await bench().group({ type: GroupType.PASSWORD, password: "sesame" });
    bench().sink.state = "away";
    const enter = (password: string) => bench().call.joinGroup({ guid: CLUB, password }, as.user("bob"));
    expect([await refusalOf(enter("wrong")), await refusalOf(enter("sesame"))]).toEqual(["ERR_WRONG_GROUP_PASS", "ERR_OPERATION_FAILED"]);
    bench().sink.state = "here";
    expect((await enter("")).action?.muid).toMatch(/:2$/);
  });
});

it("after a crash between commit and nudge the relay brings the change, and the next change hands it over first", async () => {
  await withFile(async (path) => {
    // Nothing runs in the background, and messaging cannot be told: the commit is all that is left of this life.
    const dying = await openBench({ path, started: false });
    dying.sink.state = "away";
    expect(await refusalOf(dying.group())).toBe("ERR_OPERATION_FAILED");
    await dying.close();

    const next = await openBench({ path });
    const facts = await next.facts();
    expect(facts.map(({ record }) => record.headers.kind)).toEqual(["groupCreated", "membershipChanged", "groupChanged"]);
    for (const { record } of facts.slice(1, 2)) next.sink.apply(record.value);
    await next.call.joinGroup({ guid: CLUB, password: "" }, as.user("bob"));
    expect(next.sink.deliveries.map((events) => events.map(({ id }) => id.split(":").at(-1)))).toEqual([["1", "2"]]);
    expect(next.sink.changesOf(CLUB).map(({ version }) => version)).toEqual([1, 2]);
    await next.close();
  });
});

it("does not hold up a creation for long when the event log is away, and tells of it later", async () => {
  const bench = await openBench();
  let isAway = true;
  const append = bench.eventLog.append.bind(bench.eventLog);
  bench.eventLog.append = (records) => (isAway ? Promise.reject(fail("ERR_OPERATION_FAILED")) : append(records));
  let group: Group | undefined;
  void bench.group().then((made) => (group = made));
  await bench.clock.advance(500);
  expect(group).toBeUndefined();
  for (let ms = 0; ms < 1_000; ms += 100) await bench.clock.advance(100);
  expect(group?.guid).toBe(CLUB);
  isAway = false;
  await bench.clock.advance(10_000);
  expect((await bench.facts()).map(({ record }) => record.headers.kind)).toEqual(["groupCreated", "membershipChanged", "groupChanged"]);
  await bench.close();
});

it("keeps groups, members and bans over a restart", async () => {
  await withFile(async (path) => {
    const first = await openBench({ path });
    await first.group({}, CAST);
    await first.call.banMember({ guid: CLUB, uid: "erin" }, as.user("alice"));
    await first.settle();
    await first.close();
    const second = await openBench({ path });
    expect((await second.call.getGroup({ guid: CLUB }, as.user("erin"))).group).toMatchObject({ membersCount: 4, isBanned: true });
    await second.close();
  });
});
