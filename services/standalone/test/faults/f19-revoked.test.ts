// F19: credentials and memberships end in the middle of a connection.
import { afterEach, describe, expect, it } from "vitest";
import { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { soon, type ChatClient } from "./kit/chat-client.js";
import { GrpcSession } from "./kit/grpc-session.js";
import type { Society } from "./kit/pairs.js";
import { toGroup, toUser } from "./kit/places.js";
import { RecordedRun, succeed } from "./kit/recorded-run.js";

const society: Society = {
  uids: ["alice", "bob", "carol"],
  pairs: [["alice", "bob"]],
  groups: [{ guid: "book-club", members: ["alice", "bob", "carol"] }],
};
const CLUB = toGroup("book-club");
const UNAUTHENTICATED = 16;

let run: RecordedRun | undefined;

afterEach(async () => {
  await run?.stop();
  run = undefined;
});

/** Sends one after another until told to stop; whatever comes of it is in the history. */
function talk(client: ChatClient, place: typeof CLUB, prefix: string): { stop(): Promise<void> } {
  let isOver = false;
  const talking = (async () => {
    for (let number = 0; !isOver; number += 1) {
      await client.send({ place, muid: `${prefix}-${number}`, text: `text ${number}` });
      await client.whenConnected();
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await talking;
    },
  };
}

/** Sends that began after a moment and were acked all the same. */
function acceptedAfter({ history }: RecordedRun, client: ChatClient, moment: number): number {
  return history.filter(({ op, client: by, outcome, t0 }) => op === "send" && by === client.name && outcome === "ok" && t0 > moment).length;
}

async function callStatus({ port }: RecordedRun, token: string, method: string, body: object): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/call/${method}`, {
    method: "POST", headers: { authToken: token, "content-type": "application/json" }, body: JSON.stringify(body),
  });
  await answer.arrayBuffer();
  return answer.status;
}

describe("F19: what is taken away from someone who is connected", () => {
  it("a revoked token closes its sockets and no other, nothing of it is accepted or delivered afterwards (I1, I2, I3, I9)", async () => {
    run = await RecordedRun.start(society);
    const { platform, prepared, clock } = run;
    const app = prepared.app as never;
    const [alice, bob] = [await run.connect("alice"), await run.connect("bob")];
    const other = await platform.token(app, "alice");
    const laptop = run.client("alice", "laptop");
    await laptop.connect(undefined, other);
    const talking = talk(alice, toUser("bob"), "a");
    for (let number = 0; number < 20; number += 1) await bob.send({ place: toUser("alice"), muid: `b-${number}`, text: "before" });
    const token = prepared.tokens.get("alice")!;
    await platform.identity.deleteAuthToken({ uid: "alice", token }, platform.server(app));
    const cut = run.recorder.now();
    expect((await soon(clock, "the close", alice.ended)).code).toBe(4202);
    const closed = run.recorder.now();
    const heard = run.history.filter(({ op, client }) => op === "deliver" && client === alice.name).length;
    for (let number = 20; number < 40; number += 1) await bob.send({ place: toUser("alice"), muid: `b-${number}`, text: "after" });
    await expect(alice.connect()).rejects.toMatchObject({ end: { code: 4200 } });
    expect(await callStatus(run, token, "messaging.SendMessage", { receiverType: 1, receiverId: "bob", text: { text: "too late" } })).toBe(401);
    await run.settle();
    expect(laptop.isConnected).toBe(true);
    expect(acceptedAfter(run, alice, closed)).toBe(0);
    expect(run.history.filter(({ op, client }) => op === "deliver" && client === alice.name)).toHaveLength(heard);
    expect(closed).toBeGreaterThan(cut);
    // Lets the talk end: it waits for a connection.
    await alice.connect(undefined, other);
    await talking.stop();
    await run.settle();
    expect(await run.judge({ fault: "F19 token revoked", seed: 0 }, ["I1", "I2", "I3", "I4", "I5", "I9", "I13", "I15"])).toEqual([]);
  }, 60_000);

  it("a deactivated user loses all sockets and is refused", async () => {
    run = await RecordedRun.start(society);
    const { platform, prepared, clock } = run;
    const app = prepared.app as never;
    const devices = [await run.connect("bob", "phone"), await run.connect("bob", "laptop")];
    await platform.identity.deactivateUsers({ uids: ["bob"] }, platform.server(app));
    for (const device of devices) expect((await soon(clock, "the close", device.ended)).code).toBe(4203);
    await expect(devices[0]!.connect()).rejects.toMatchObject({ end: { code: expect.any(Number) as number } });
    expect(await callStatus(run, prepared.tokens.get("bob")!, "identity.GetUser", {})).toBe(401);
  }, 60_000);

  it("a kicked and a banned member are refused at once and get no row after the cut, a friend goes on (I1-I5, I9, I13)", async () => {
    run = await RecordedRun.start(society);
    const [alice, bob, carol] = [await run.connect("alice"), await run.connect("bob"), await run.connect("carol")];
    const talking = [talk(alice, CLUB, "a"), talk(bob, CLUB, "b"), talk(carol, CLUB, "c")];
    for (let number = 0; number < 20; number += 1) await alice.send({ place: CLUB, muid: `x-${number}`, text: "before" });
    const cuts: number[] = [];
    for (const [method, uid] of [["group.KickMember", "bob"], ["group.BanMember", "carol"]] as const) {
      const operation = run.recorder.begin(alice.name, "kick", { conversation: alice.nameOf(CLUB), uid });
      const { action } = await succeed(alice, method, { guid: CLUB.id, uid }) as { action: { seq: number } };
      operation.ok({ seq: action.seq });
      cuts.push(run.recorder.now());
    }
    for (let number = 20; number < 60; number += 1) await alice.send({ place: CLUB, muid: `x-${number}`, text: "after" });
    await Promise.all(talking.map((each) => each.stop()));
    for (const [index, client] of [bob, carol].entries()) {
      expect(acceptedAfter(run, client, cuts[index]!)).toBe(0);
      const refused = await client.send({ place: CLUB, muid: "too-late", text: "too late" });
      expect(refused.outcome === "fail" && refused.error.code).toMatch(/^ERR_/);
    }
    const rejoin = await carol.call("group.JoinGroup", { guid: CLUB.id });
    expect(rejoin.outcome === "fail" && rejoin.error.code).toBe("ERR_BANNED_GROUPMEMBER");
    await run.settle();
    const present: Society = { ...society, groups: [{ guid: CLUB.id, members: ["alice"] }] };
    const dump = await run.dump(present);
    const founders = { ...dump, conversations: dump.conversations.map((each) => ({ ...each, founders: society.uids })) };
    expect(run.judgeDump({ fault: "F19 kicked and banned", seed: 0 }, ["I1", "I2", "I3", "I4", "I5", "I9", "I13"], founders)).toEqual([]);
  }, 60_000);

  it("a deleted API key is refused on the connection that it has used", async () => {
    run = await RecordedRun.start(society);
    const { platform } = run;
    const { appId, restApiKey } = await platform.app("Second");
    await platform.users(appId, "alice", "bob");
    const session = new GrpcSession(platform.platform.grpc.port);
    const send = (muid: string) => session.call(
      "/parlance.messaging.v1.MessagingService/SendMessage",
      SendMessageRequest.encode(SendMessageRequest.fromPartial({
        receiverType: 1, receiverId: "bob", muid, body: { $case: "text", value: { text: "from the server" } },
      })).finish(),
      { apikey: restApiKey, "on-behalf-of": "alice" },
    );
    expect((await send("before")).status).toBe(0);
    const { apiKeys } = await platform.identity.listApiKeys({}, platform.server(appId));
    const used = apiKeys.find(({ name }) => name === "Rest API Key");
    await platform.identity.deleteApiKey({ keyId: used!.keyId }, platform.server(appId));
    expect((await send("after")).status).toBe(UNAUTHENTICATED);
    expect(session.isOpen).toBe(true);
    await session.close();
  }, 60_000);
});
