// An acknowledgement is a promise (P1, W10): nothing of a write is told before the commit that holds it.
import { afterEach, describe, expect, it } from "vitest";
import type { CallAnswer, Json } from "@parlance/platform/testing";
import { temporaryFolder } from "@parlance/platform/testing";
import { groupSqliteModule } from "@parlance/group";
import { identitySqliteModule } from "@parlance/identity";
import { messagingSqliteModule } from "@parlance/messaging";
import { eventLogModule } from "@parlance/platform/eventlog";
import { toGroup, toUser, type Device } from "./testing/device.js";
import { textsOf } from "./testing/history.js";
import type { Tenant } from "./testing/tenant.js";
import { TestPlatform } from "./testing/test-platform.js";

/** A commit that waits until it is let go. */
class Gate {
  #open: (() => void) | undefined;
  #closed: Promise<void> | undefined;
  /** Batches that came to the gate. */
  waiting = 0;

  readonly pass = async (): Promise<void> => {
    if (this.#closed === undefined) return;
    this.waiting += 1;
    await this.#closed;
  };

  close(): void {
    this.#closed = new Promise((resolve) => (this.#open = resolve));
  }

  open(): void {
    this.#open?.();
    this.#closed = undefined;
  }
}

let platform: TestPlatform | undefined;
const folders: { remove(): void }[] = [];

afterEach(async () => {
  await platform?.stopClean();
  platform = undefined;
  for (const folder of folders.splice(0)) folder.remove();
});

function folder(): string {
  const made = temporaryFolder();
  folders.push(made);
  return made.path;
}

interface Cast {
  readonly gate: Gate;
  readonly tenant: Tenant;
  readonly alice: Device;
  readonly alice2: Device;
  readonly bob: Device;
}

async function cast(): Promise<Cast> {
  const gate = new Gate();
  platform = await TestPlatform.start({ env: { PARLANCE_STANDALONE_DATA: folder() }, sqlite: { beforeCommit: gate.pass } });
  const tenant = await platform.tenant();
  await tenant.users("alice", "bob", "carol");
  await tenant.group("team", "alice", { members: ["bob"] });
  const [alice, alice2, bob] = await Promise.all([tenant.device("alice"), tenant.device("alice", "laptop"), tenant.device("bob")]);
  await alice.send(toUser("bob"), "before");
  await tenant.quiet();
  for (const device of [alice, alice2, bob]) device.forget();
  return { gate, tenant, alice, alice2, bob };
}

const held: Readonly<Record<string, (cast: Cast) => Promise<CallAnswer>>> = {
  "a one-to-one message": ({ alice }) => alice.client.call("messaging.SendMessage", { ...toUser("bob"), muid: "m", text: { text: "held" } }),
  "a group message": ({ alice }) => alice.client.call("messaging.SendMessage", { ...toGroup("team"), muid: "m", text: { text: "held" } }),
  "a kick": ({ alice }) => alice.client.call("group.KickMember", { guid: "team", uid: "bob" }),
  "a new group": ({ alice }) => alice.client.call("group.CreateGroup", { guid: "another", name: "Another" }),
  "a read mark": ({ bob }) => bob.client.call("messaging.MarkRead", toUser("alice")),
};

describe("while a commit is held", () => {
  it.each(Object.keys(held))("%s gives no answer, no event and no end of the conversation; afterwards it gives all of them", async (what) => {
    const all = await cast();
    const { gate, alice, alice2, bob } = all;
    gate.close();
    let answered: CallAnswer | undefined;
    const answer = held[what]!(all).then((value) => (answered = value));
    await reached(gate, [alice2, bob]);
    const list = await listOf(bob);
    expect(list.map(({ lastSeq, conversationType }) => [conversationType, lastSeq])).toEqual([
      ["RECEIVER_TYPE_USER", 1], ["RECEIVER_TYPE_GROUP", 1],
    ]);
    expect(await textsOf(bob, toUser("alice"))).toEqual(["before"]);
    expect(answered).toBeUndefined();
    expect([alice.events, alice2.events, bob.events]).toEqual([[], [], []]);
    gate.open();
    expect((await answer).outcome).toBe("ok");
    await all.tenant.quiet();
    const heard = what.includes("message") ? ["held"] : [];
    expect([alice2.messageTexts, bob.messageTexts]).toEqual([heard, heard]);
  });

  it("reads go on, and everything sent meanwhile is acknowledged in order once it is let go", async () => {
    const { gate, tenant, alice, alice2, bob } = await cast();
    gate.close();
    const texts = Array.from({ length: 20 }, (_, n) => `m${n}`);
    const sends = texts.map((text) => alice.send(toUser("bob"), text));
    await reached(gate, [alice2, bob]);
    expect(await textsOf(bob, toUser("alice"))).toEqual(["before"]);
    gate.open();
    expect((await Promise.all(sends)).map(({ seq }) => seq)).toEqual(texts.map((_, n) => n + 2));
    await tenant.quiet();
    expect(bob.messageTexts).toEqual(texts);
  });

  it("a commit that fails is no acknowledgement: the send is refused, nobody hears of it, and it can be repeated", async () => {
    let fails = false;
    platform = await TestPlatform.start({
      env: { PARLANCE_STANDALONE_DATA: folder() },
      sqlite: { beforeCommit: () => (fails ? Promise.reject(new Error("disk on fire")) : Promise.resolve()) },
    });
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const [alice, bob] = await Promise.all([tenant.device("alice"), tenant.device("bob")]);
    await tenant.quiet();
    fails = true;
    const answer = await alice.client.call("messaging.SendMessage", { ...toUser("bob"), muid: "m1", text: { text: "again" } });
    fails = false;
    expect(answer.outcome).not.toBe("ok");
    await alice.ok("messaging.SendMessage", { ...toUser("bob"), muid: "m1", resend: true, text: { text: "again" } });
    await tenant.quiet();
    expect(bob.messageTexts).toEqual(["again"]);
    expect(await textsOf(bob, toUser("alice"))).toEqual(["again"]);
  });
});

describe("a database in a file", () => {
  const pragmas = async (env: Readonly<Record<string, string>>) => {
    const modules = [
      eventLogModule, identitySqliteModule, groupSqliteModule, messagingSqliteModule, new URL("./testing/pragma-module.js", import.meta.url),
    ];
    platform = await TestPlatform.start({ env: { PARLANCE_STANDALONE_DATA: folder(), ...env }, sqlite: { modules } });
    return platform.platform.sqlite.write("pragma.all", {});
  };
  const [NORMAL, FULL] = [1, 2];

  it("runs with synchronous=FULL and a write-ahead log", async () => {
    expect(await pragmas({})).toEqual([FULL, "wal"]);
  });

  it("runs with synchronous=NORMAL only when told so", async () => {
    expect(await pragmas({ PARLANCE_STANDALONE_SYNCHRONOUS: "NORMAL" })).toEqual([NORMAL, "wal"]);
  });
});

/** The write has come to the gate, and everybody has had the time to hear what must not be told. */
async function reached(gate: Gate, listeners: readonly Device[]): Promise<void> {
  while (gate.waiting === 0) await Promise.all(listeners.map((device) => device.caughtUp()));
  for (let turn = 0; turn < 3; turn += 1) await Promise.all(listeners.map((device) => device.caughtUp()));
}

async function listOf(device: Device): Promise<Json[]> {
  const { conversations } = await device.ok("messaging.ListConversations", {});
  return conversations as Json[];
}
