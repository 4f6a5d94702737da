// How connections live and end (chat.md 26, 4.2; P13).
import { expect } from "vitest";
import { RawClient } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { before, toUser } from "../testing/device.js";
import type { Scenarios } from "../testing/scenario.js";

const HELLO_WITHIN_MS = 5_000;
const GRACE_MS = 5_000;

export const connections: Scenarios = {
  "a connection without hello is closed with 4208 after 5 s, and not before": async (platform) => {
    const silent = await RawClient.open({ port: platform.platform.gateway.port, clock: systemClock() });
    platform.keep(silent);
    let isOpen = true;
    void silent.socket.ended.then(() => (isOpen = false));
    const tenant = await platform.tenant();
    await tenant.users("alice");
    await platform.skip(HELLO_WITHIN_MS - 1_500);
    const alice = await tenant.device("alice");
    await alice.caughtUp();
    expect(isOpen).toBe(true);
    await platform.skip(2_500);
    expect((await before(silent.socket.ended, "the end")).code).toBe(4208);
    await alice.caughtUp();
  },

  "a connection in the background lives for its grace after the last ping, and then ends with 4206": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice");
    const alice = await tenant.device("alice", "phone", { hello: { backgroundGraceMs: GRACE_MS } });
    await alice.tell({ background: {} });
    for (let n = 0; n < 3; n += 1) {
      await platform.skip(GRACE_MS - 2_000);
      await alice.tell({ ping: {} });
    }
    await platform.skip(GRACE_MS + 1_000);
    expect((await alice.ended).code).toBe(4206);
    expect(alice.client.goodbye).toMatchObject({ code: "CLOSE_CODE_BACKGROUND_TIMEOUT" });
  },

  "who comes to the foreground in time stays connected without pings, and other calls in the background do not count as pings": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice");
    const [phone, laptop] = [
      await tenant.device("alice", "phone", { hello: { backgroundGraceMs: GRACE_MS } }),
      await tenant.device("alice", "laptop", { hello: { backgroundGraceMs: GRACE_MS, background: true } }),
    ];
    await phone.tell({ background: {} });
    await platform.skip(GRACE_MS - 2_000);
    await phone.tell({ foreground: {} });
    await laptop.caughtUp();
    await platform.skip(GRACE_MS);
    expect((await laptop.ended).code).toBe(4206);
    await phone.caughtUp();
  },

  "the eleventh connection of a user closes the oldest with 4205, and the others go on": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const devices = [];
    for (let n = 1; n <= 11; n += 1) devices.push(await tenant.device("alice", `device${n}`));
    const [oldest, ...others] = devices;
    expect((await oldest!.ended).code).toBe(4205);
    const bob = await tenant.device("bob");
    await bob.send(toUser("alice"), "hello");
    await tenant.quiet();
    expect(others.map((device) => device.messageTexts)).toEqual(others.map(() => ["hello"]));
  },

  "a revoked token closes its connections with 4202, is refused afterwards, and leaves the user's other devices alone (P13)": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const token = await tenant.token("alice");
    const phone = await tenant.device("alice", "phone", { hello: { token } });
    const laptop = await tenant.device("alice", "laptop");
    await platform.identity.deleteAuthToken({ uid: "alice", token }, platform.server(tenant.appId));
    expect((await phone.ended).code).toBe(4202);
    await expect(tenant.device("alice", "phone", { hello: { token } })).rejects.toThrow("closed with 4200");
    const bob = await tenant.device("bob");
    await bob.send(toUser("alice"), "hello");
    await tenant.quiet();
    expect([phone.messageTexts, laptop.messageTexts]).toEqual([[], ["hello"]]);
  },

  "a deactivated user's connections close with 4203, and nobody can write to the user": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const token = await tenant.token("alice");
    const [phone, laptop] = [await tenant.device("alice", "phone", { hello: { token } }), await tenant.device("alice", "laptop")];
    const bob = await tenant.device("bob");
    await platform.identity.deactivateUsers({ uids: ["alice"] }, platform.server(tenant.appId));
    expect([(await phone.ended).code, (await laptop.ended).code]).toEqual([4203, 4203]);
    await expect(tenant.device("alice", "phone", { hello: { token } })).rejects.toThrow(/closed with 42/);
    await platform.settle();
    expect(await bob.refused("messaging.SendMessage", { ...toUser("alice"), text: { text: "x" } })).toBe("ERR_UID_NOT_FOUND");
  },

  "a token that has expired closes its connection with 4201 and is refused": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice");
    const { authToken } = await platform.identity.createAuthToken({
      uid: "alice", deviceId: "", platform: "", appInfoJson: "", userAgent: "", expiresInSeconds: 60,
    }, platform.server(tenant.appId));
    const hello = { token: authToken!.value };
    const alice = await tenant.device("alice", "phone", { hello });
    await platform.skip(120_000);
    expect((await alice.ended).code).toBe(4201);
    await expect(tenant.device("alice", "phone", { hello })).rejects.toThrow("4201");
  },

  "a token may come in the upgrade's Authorization header, and a hello for another app is refused": async (platform) => {
    const [tenant, other] = [await platform.tenant(), await platform.tenant("Other")];
    await tenant.users("alice");
    const token = await tenant.token("alice");
    const client = await RawClient.open({
      port: platform.platform.gateway.port, clock: systemClock(), headers: { Authorization: `Bearer ${token}` },
    });
    platform.keep(client);
    expect((await client.hello({ deviceId: "phone", appId: tenant.appId })).uid).toBe("alice");
    await expect(tenant.device("alice", "phone", { hello: { appId: other.appId } })).rejects.toThrow(/closed with 4200/);
  },
};
