// A platform over a folder keeps everything, over a clean stop and start; kill -9 is F1.
import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { Child, RawClient, temporaryFolder, type Json } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { before, toGroup, toUser } from "./testing/device.js";
import { historyOf, textsOf } from "./testing/history.js";
import { Tenant } from "./testing/tenant.js";
import { TestPlatform } from "./testing/test-platform.js";

const MAIN = new URL("../src/main.js", import.meta.url);
const SHORT_DRAIN = { PARLANCE_GATEWAY_DRAIN_MS: "0" };
const STOP_WITHIN_MS = 10_000;

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function folder(): string {
  const made = temporaryFolder();
  cleanUps.push(() => made.remove());
  return made.path;
}

async function startOver(path: string): Promise<TestPlatform> {
  const platform = await TestPlatform.start({ env: { PARLANCE_STANDALONE_DATA: path, ...SHORT_DRAIN } });
  cleanUps.push(() => platform.stopClean());
  return platform;
}

describe("a platform that is stopped and started again", () => {
  it("keeps users, tokens, groups, bans, messages, marks and cursors", async () => {
    const path = folder();
    const first = await startOver(path);
    const tenant = await first.tenant();
    await tenant.users("alice", "bob", "carol");
    await tenant.group("team", "alice", { members: ["bob"], type: "password", password: "sesame" });
    const [aliceToken, bobToken] = [await tenant.token("alice"), await tenant.token("bob")];
    const alice = await tenant.device("alice", "phone", { hello: { token: aliceToken } });
    const bob = await tenant.device("bob", "phone", { hello: { token: bobToken } });
    const one = await alice.send(toUser("bob"), "one");
    await alice.send(toGroup("team"), "team one");
    await bob.ok("messaging.MarkRead", { ...toUser("alice"), messageId: one.id });
    await alice.ok("group.BanMember", { guid: "team", uid: "carol" });
    await alice.ok("messaging.EditMessage", { messageId: one.id, text: { text: "one, edited" } });
    const { syncToken, epoch } = await bob.ok("messaging.ListConversations", {});
    const [direct, team] = [await historyOf(bob, toUser("alice")), await historyOf(bob, toGroup("team"))];
    await alice.send(toUser("bob"), "missed");
    await first.stop();

    const second = new Tenant(await startOver(path), tenant.app);
    const back = await second.device("bob", "phone", { hello: { token: bobToken } });
    const aliceBack = await second.device("alice", "phone", { hello: { token: aliceToken } });
    expect((await historyOf(back, toUser("alice"))).slice(0, direct.length)).toEqual(direct);
    expect(await historyOf(back, toGroup("team"))).toEqual(team);
    const synced = await back.ok("messaging.Sync", { conversations: [{ ...toUser("alice"), seq: direct.length }], syncToken, epoch });
    expect(synced["fullSync"]).toBeUndefined();
    const [conversation] = synced["conversations"] as { rows: { seq: number }[]; conversation: Json }[];
    expect(conversation!.rows.map(({ seq }) => seq)).toEqual([direct.length + 1]);
    expect(conversation!.conversation).toMatchObject({ readSeq: 1, unreadMessageCount: 1 });
    expect(await aliceBack.ok("messaging.GetConversation", { conversationType: "RECEIVER_TYPE_USER", conversationWith: "bob" }))
      .toMatchObject({ conversation: { peerReadSeq: 1 } });
    const carol = await second.device("carol");
    expect(await carol.refused("group.JoinGroup", { guid: "team", password: "sesame" })).toBe("ERR_BANNED_GROUPMEMBER");
    expect((await aliceBack.send(toUser("bob"), "on")).seq).toBe(direct.length + 2);
    await second.quiet();
    expect(back.messageTexts).toEqual(["on"]);
  });

  it("knows a muid from before: a repeat answers the first message", async () => {
    const path = folder();
    const first = await startOver(path);
    const tenant = await first.tenant();
    await tenant.users("alice", "bob");
    const alice = await tenant.device("alice");
    const { id } = await alice.send(toUser("bob"), "once");
    await first.stop();
    const second = new Tenant(await startOver(path), tenant.app);
    const back = await second.device("alice");
    const again = await back.ok("messaging.SendMessage", { ...toUser("bob"), muid: "once", resend: true, text: { text: "once" } });
    expect([again["duplicate"], (again["message"] as Json)["id"]]).toEqual([true, id]);
    expect(await textsOf(back, toUser("bob"))).toEqual(["once"]);
  });

  it("sends its open sockets away with a resumable code and stops within 10 s", async () => {
    const platform = await startOver(folder());
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const devices = [await tenant.device("alice"), await tenant.device("alice", "laptop"), await tenant.device("bob")];
    const silent = await RawClient.open({ port: platform.port, clock: systemClock() });
    platform.keep(silent);
    await before(platform.platform.lifecycle.stop(STOP_WITHIN_MS), "the stop");
    expect((await Promise.all(devices.map((device) => device.ended))).map(({ code }) => code)).toEqual([4000, 4000, 4000]);
    expect(platform.log.records.filter(({ message }) => message === "not stopped in time")).toEqual([]);
  });

  it("is refused while another one has the folder", async () => {
    const path = folder();
    await startOver(path);
    await expect(TestPlatform.start({ env: { PARLANCE_STANDALONE_DATA: path } })).rejects.toThrow(/another process uses the database/);
  });
});

/** The program as `npm start` runs it. */
async function program(path: string, env: Readonly<Record<string, string>> = {}): Promise<Child> {
  const child = await Child.start({ ...command(path, env), ready: { line: /Parlance is running/ }, clock: systemClock() });
  cleanUps.push(() => child.stop());
  return child;
}

function command(path: string, env: Readonly<Record<string, string>>) {
  return {
    script: MAIN,
    env: {
      PARLANCE_STANDALONE_DATA: path, PARLANCE_GATEWAY_LISTEN: "127.0.0.1:0", PARLANCE_STANDALONE_GRPC_LISTEN: "127.0.0.1:0",
      ...SHORT_DRAIN, ...env,
    },
  };
}

/** A start that must fail: its exit code and what it said. */
function failedStart(path: string, env: Readonly<Record<string, string>> = {}): { readonly code: number | null; readonly output: string } {
  const { env: all } = command(path, env);
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(MAIN)], { env: all, encoding: "utf8", timeout: STOP_WITHIN_MS });
  return { code: status, output: stdout + stderr };
}

function credentialsIn(path: string): Json {
  return JSON.parse(readFileSync(join(path, "credentials.json"), "utf8")) as Json;
}

/** Logs in as a client does in development: a token by the auth key, then the socket. */
async function welcomeOf(uid: string, credentials: Json): Promise<string> {
  const { restUrl, authKey, realtimeUrl } = credentials as Record<"restUrl" | "authKey" | "realtimeUrl", string>;
  const answer = await fetch(`${restUrl}/users/${uid}/auth_tokens`, {
    method: "POST", headers: { apikey: authKey, "content-type": "application/json" }, body: "{}",
  });
  const { data } = (await answer.json()) as { data: { authToken: string } };
  const client = await RawClient.open({ port: Number(new URL(realtimeUrl).port), clock: systemClock() });
  const welcome = await client.hello({ token: data.authToken, deviceId: "phone" });
  await client.bye();
  return welcome.uid;
}

describe("the program", () => {
  it("makes its credentials at the first start, for its owner's eyes only, and keeps them at the next; a demo user gets in with them", async () => {
    const path = join(folder(), "data");
    const first = await program(path);
    const made = credentialsIn(path);
    expect(statSync(join(path, "credentials.json")).mode & 0o777).toBe(0o600);
    expect(Object.keys(made).toSorted()).toEqual(["adminKey", "appId", "authKey", "grpc", "realtimeUrl", "restApiKey", "restUrl"]);
    for (const key of ["authKey", "restApiKey"]) expect(made[key]).toMatch(/^[0-9a-f]{40}$/);
    for (const shown of ["appId", "authKey", "restApiKey", "adminKey", "realtimeUrl", "restUrl"]) expect(first.output).toContain(made[shown]);
    expect(first.output).toMatch(/transport\s+(uWebSockets\.js|uws|ws)/);
    expect(await first.terminate()).toEqual({ code: 0, signal: null });
    const second = await program(path);
    const kept = credentialsIn(path);
    for (const key of ["appId", "authKey", "restApiKey", "adminKey"]) expect(kept[key]).toBe(made[key]);
    expect(await welcomeOf("alice", kept)).toBe("alice");
    expect(second.output).not.toMatch(/"level":"(error|fatal)/);
    expect(await second.terminate()).toEqual({ code: 0, signal: null });
  });

  it("stops on SIGTERM within 10 s with open sockets, and with exit code 0", async () => {
    const path = folder();
    const child = await program(path);
    const { realtimeUrl } = credentialsIn(path) as { realtimeUrl: string };
    const silent = await RawClient.open({ port: Number(new URL(realtimeUrl).port), clock: systemClock() });
    expect(await before(child.terminate(), "the end of the program")).toEqual({ code: 0, signal: null });
    await silent.socket.ended;
  });

  it("says clearly that a port is taken, and ends with 1", async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => void squatter.listen(0, "127.0.0.1", resolve));
    cleanUps.push(() => squatter.close());
    const { port } = squatter.address() as { port: number };
    const busy = `127.0.0.1:${port}`;
    for (const variable of ["PARLANCE_GATEWAY_LISTEN", "PARLANCE_STANDALONE_GRPC_LISTEN"]) {
      const { code, output } = failedStart(folder(), { [variable]: busy });
      expect(code).toBe(1);
      expect(output).toContain(`cannot listen on ${busy}: the port is taken`);
    }
  });

  it("is refused while another one has the folder, and ends with 1", async () => {
    const path = folder();
    await program(path);
    const { code, output } = failedStart(path);
    expect([code, /another process uses the database/.test(output)]).toEqual([1, true]);
  });

  it("names every wrong setting and ends with 1", () => {
    const { code, output } = failedStart(folder(), { PARLANCE_GATEWAY_DRAIN_MS: "soon", PARLANCE_NONSENSE: "1" });
    expect([code, output.includes("PARLANCE_GATEWAY_DRAIN_MS"), output.includes("PARLANCE_NONSENSE")]).toEqual([1, true, true]);
  });
});
