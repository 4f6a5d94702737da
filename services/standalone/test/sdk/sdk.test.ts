// Two apps on the SDK, each in a process of its own, against a platform with a store in a file. The network of one is a proxy
// that can be cut.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TcpProxy, temporaryFolder, type Json, type TemporaryFolder } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { ListMessagesRequest, ListRowsRequest, SyncRequest, SyncResponse } from "@parlance/proto/messaging/v1/rpc";
import { toGroup, toUser, type Device } from "../testing/device.js";
import { rowsOf } from "../testing/history.js";
import type { Tenant } from "../testing/tenant.js";
import { TestPlatform } from "../testing/test-platform.js";
import { App } from "./app.js";
import type { AppState, Sight } from "./app-protocol.js";

/** A reading call of a user, as the service got it. */
interface Pull {
  readonly method: string;
  readonly request: SyncRequest | ListRowsRequest | ListMessagesRequest;
  response?: SyncResponse;
}

const PULLS = { "messaging.Sync": SyncRequest, "messaging.ListRows": ListRowsRequest, "messaging.ListMessages": ListMessagesRequest } as const;

/** Rows that were there before the app: bob and carol were added. */
const BEFORE_THE_APP: Readonly<Record<string, number>> = { "group:team": 2 };

let platform: TestPlatform;
let tenant: Tenant;
let proxy: TcpProxy;
let alice: App;
let bob: App;
/** A device without SDK that reads the truth as bob. */
let reader: Device;
const pulls: Pull[] = [];
let folder: TemporaryFolder | undefined;

beforeEach(async () => {
  folder = temporaryFolder();
  platform = await TestPlatform.start({ env: { PARLANCE_STANDALONE_DATA: folder.path, PARLANCE_GATEWAY_DRAIN_MS: "0" } });
  recordPulls();
  tenant = await platform.tenant();
  await tenant.users("alice", "bob", "carol");
  await tenant.group("team", "alice", { members: ["bob", "carol"] });
  await tenant.group("den", "alice", { members: ["bob"] });
  proxy = await TcpProxy.start({ targetPort: platform.port, clock: systemClock() });
  [alice, bob] = await Promise.all([App.start(), App.start()]);
  const login = async (app: App, uid: string, port: number) =>
    app.tell({ do: "login", appId: tenant.appId, url: `http://127.0.0.1:${port}`, token: await tenant.token(uid) });
  await Promise.all([login(alice, "alice", platform.port), login(bob, "bob", proxy.port)]);
  reader = await tenant.device("bob", "reader");
});

afterEach(async () => {
  await Promise.all([alice.stop(), bob.stop()]);
  await proxy.stop();
  await platform.stopClean();
  folder?.remove();
});

/** Bob's pulls, with what they asked and what a sync answered. */
function recordPulls(): void {
  pulls.length = 0;
  const { rpc } = platform.platform;
  const start = rpc.start.bind(rpc);
  rpc.start = (method, request, context, done) => {
    const decoder = PULLS[method as keyof typeof PULLS] as { decode(bytes: Uint8Array): Pull["request"] } | undefined;
    const { caller } = context;
    if (decoder === undefined || caller.kind !== "user" || caller.uid !== "bob" || caller.deviceId === "reader") return start(method, request, context, done);
    const pull: Pull = { method, request: decoder.decode(request) };
    pulls.push(pull);
    return start(method, request, context, (error, response) => {
      if (error === undefined && method === "messaging.Sync") pull.response = SyncResponse.decode(response);
      if (error === undefined) done(undefined, response);
      else done(error, response);
    });
  };
}

/** The last seq of each conversation that the app has seen. */
function lastSeqs({ sights }: AppState): Map<string, number> {
  const seqs = new Map<string, number>();
  for (const { where, seq } of sights) seqs.set(where, Math.max(seq, seqs.get(where) ?? 0));
  return seqs;
}

/** What the app shows of a conversation after all it saw: texts of others' messages by id, edits applied, in order of seq. */
function shown({ sights }: AppState, where: string): unknown[] {
  const texts = new Map<number, { readonly seq: number; text: string }>();
  for (const sight of sights) {
    if (sight.where !== where) continue;
    if (sight.what === "edited") texts.get(sight.id)!.text = sight.text;
    else texts.set(sight.id, { seq: sight.seq, text: sight.what === "message" ? sight.text : sight.what });
  }
  return [...texts.values()].map(({ seq, text }) => [seq, text]);
}

/** The same from the log, since the app came. */
async function stored(where: string): Promise<unknown[]> {
  const [type, id] = where.split(":");
  const rows = await rowsOf(reader, type === "group" ? toGroup(id!) : toUser(id!), BEFORE_THE_APP[where] ?? 0);
  const edited = new Map<unknown, unknown>();
  for (const { message } of rows as { message: { messageAction?: { messageId: number; message: { text: Json } } } }[]) {
    if (message.messageAction !== undefined) edited.set(message.messageAction.messageId, message.messageAction.message.text["text"]);
  }
  return rows.flatMap(({ seq, message }) => {
    const { id: messageId, sender, text, groupAction } = message as { id: number; sender: Json; text?: Json; groupAction?: Json };
    if (groupAction !== undefined) return [[seq, String(groupAction["kind"]).replace("GROUP_ACTION_KIND_", "").toLowerCase()]];
    return text === undefined || sender["id"] === "bob" ? [] : [[seq, edited.get(messageId) ?? text["text"]]];
  });
}

async function sendMany(where: string, count: number): Promise<number[]> {
  const sent = await Promise.all(Array.from({ length: count }, (_, n) => alice.send(where, `${where} ${n}`)));
  return sent.map(({ id }) => id);
}

describe("two SDK clients in separate processes", () => {
  it("exchange messages both ways", async () => {
    await alice.send("user:bob", "hello bob");
    await bob.send("user:alice", "hello alice");
    await bob.send("group:team", "hello team");
    const texts = (what: string) => ({ sights }: AppState) => sights.some(({ text }) => text === what);
    await bob.until(texts("hello bob"), "alice's message");
    const seen = await alice.until(texts("hello team"), "bob's messages");
    expect(seen.sights.filter(({ what }) => what === "message").map(({ where, text, seq }) => [where, text, seq])).toEqual([
      ["user:bob", "hello alice", 2], ["group:team", "hello team", 3],
    ]);
  });

  it("one whose network is cut while 500 messages, 20 edits and kicks happen comes back with exactly the log, and asks for nothing it had", async () => {
    const known = await sendMany("user:bob", 20);
    await sendMany("group:team", 20);
    await alice.send("group:den", "before");
    const whole = (state: AppState) => state.sights.filter(({ what }) => what === "message").length === 41;
    const before = await bob.until(whole, "the first messages");
    const had = lastSeqs(before);
    pulls.length = 0;

    await proxy.refuse();
    proxy.cut();
    const missed = [...await sendMany("user:bob", 180), ...await sendMany("group:team", 180), ...await sendMany("group:den", 140)];
    for (const id of [...known.slice(0, 10), ...missed.slice(0, 5)]) await alice.tell({ do: "edit", where: "user:bob", id, text: `edited ${id}` });
    for (const id of missed.slice(180, 185)) await alice.tell({ do: "edit", where: "group:team", id, text: `edited ${id}` });
    await alice.tell({ do: "kick", guid: "team", uid: "carol" });
    await alice.tell({ do: "kick", guid: "den", uid: "bob" });
    await alice.send("group:den", "not for bob");
    expect((await bob.look()).sights).toEqual(before.sights);

    await proxy.pass();
    await bob.tell({ do: "networkIsBack" });
    const after = await bob.until(({ resumes }) => resumes.length === 2, "the resume");
    for (const where of ["user:alice", "group:team"]) expect(shown(after, where)).toEqual(await stored(where));
    // 180 messages and 15 edits; 180 messages, 5 edits and a kick.
    expect(after.resumes[1]).toEqual({ recovered: 195 + 186, truncated: false, gone: ["group:den"] });
    expect(after.sights.slice(before.sights.length).every(({ replayed }) => replayed)).toBe(true);
    expect(after.sights.filter(({ text }) => text === "not for bob")).toEqual([]);
    expectNothingPulledTwice(had);
    expectRisingSeqs(after.sights);

    await alice.send("user:bob", "live again");
    await bob.until(({ sights }) => sights.at(-1)?.text === "live again", "the next live message");
  });

  it("more missed than a resume answers is said to be void, never a silent hole", async () => {
    await alice.send("user:bob", "before");
    await bob.until(({ sights }) => sights.length === 1, "the first message");
    await proxy.refuse();
    proxy.cut();
    await sendMany("user:bob", 250);
    await proxy.pass();
    await bob.tell({ do: "networkIsBack" });
    const { resumes, sights } = await bob.until((state) => state.resumes.length === 2, "the resume");
    expect([resumes[1]!.truncated, sights.length]).toEqual([true, 1]);
    await alice.send("user:bob", "live again");
    await bob.until((state) => state.sights.at(-1)?.text === "live again", "the next live message");
  });
});

/** One sync with exactly the cursors the app had, answered with nothing at or below them; and no other pull. */
function expectNothingPulledTwice(had: ReadonlyMap<string, number>): void {
  expect(pulls.map(({ method }) => method)).toEqual(["messaging.Sync"]);
  const [{ request, response }] = pulls as [Pull];
  const cursors = (request as SyncRequest).conversations.map(({ receiverType, receiverId, seq }) =>
    [`${receiverType === 2 ? "group" : "user"}:${receiverId}`, seq] as const);
  for (const [where, seq] of had) expect(cursors).toContainEqual([where, seq]);
  for (const { receiverType, receiverId, rows } of response!.conversations) {
    const cursor = had.get(`${receiverType === 2 ? "group" : "user"}:${receiverId}`) ?? 0;
    expect(rows.filter(({ seq }) => seq <= cursor)).toEqual([]);
  }
}

function expectRisingSeqs(sights: readonly Sight[]): void {
  const last = new Map<string, number>();
  for (const { what, where, seq } of sights) {
    if (what === "edited") continue;
    expect(seq).toBeGreaterThan(last.get(where) ?? 0);
    last.set(where, seq);
  }
}
