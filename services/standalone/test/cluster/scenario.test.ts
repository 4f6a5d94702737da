// What people do on a cluster without faults: two gateways, two pods of messaging, one chat.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { Device, toGroup, toUser } from "../testing/device.js";
import { text } from "../faults/kit/rows.js";
import { rowsOf, textsOf } from "../testing/history.js";
import { Cluster } from "./kit/cluster.js";
import { givenServers } from "./kit/gate.js";
import { asUser, messagingAt } from "./kit/pod-client.js";

const servers = givenServers();
const GROUPS = 12;
const MESSAGES = 100;

describe.skipIf(servers === undefined)("a cluster of two gateways and two pods of messaging", () => {
  let cluster: Cluster;
  const devices: Device[] = [];

  beforeAll(async () => {
    cluster = await Cluster.start({ servers: servers! });
  }, 120_000);
  afterAll(async () => {
    await Promise.all(devices.map(({ client }) => client.socket.destroy()));
    await cluster.stop();
  }, 60_000);

  /** A new user's device at a gateway. */
  async function device(uid: string, gateway: 0 | 1, hello: Json = {}): Promise<Device> {
    await cluster.api.user(uid);
    const token = await cluster.api.token(uid);
    const connected = await Device.connect(uid, { port: cluster.ports[gateway]!, hello: { deviceId: "phone", ...hello, token } });
    devices.push(connected);
    return connected;
  }

  it("carries messages, receipts, typing and presence between the gateways", async () => {
    const ann = await device("ann", 0, { presence: "PRESENCE_MODE_ALL" });
    const ben = await device("ben", 1);
    await ann.next("presenceChanged", ({ user, online }) => (user as Json)["id"] === "ben" && online === true);
    const there = await ann.send(toUser("ben"), "are you there?");
    await ben.next("row", ({ seq }) => Number(seq) === there.seq);
    await ben.ok("messaging.MarkRead", { ...toUser("ann"), messageId: there.id });
    await ann.next("receipt", ({ type, messageId }) => String(type).endsWith("READ") && messageId === there.id);
    await ben.tell({ typing: toUser("ann") });
    await ann.next("typing", ({ sender }) => (sender as Json)["id"] === "ben");
    const yes = await ben.send(toUser("ann"), "yes");
    await ann.next("row", ({ seq }) => Number(seq) === yes.seq);
    expect([await textsOf(ann, toUser("ben")), await textsOf(ben, toUser("ann"))]).toEqual(Array(2).fill(["are you there?", "yes"]));
    expect((await ben.client.bye()).code).toBe(1000);
    await ann.next("presenceChanged", ({ user, online }) => (user as Json)["id"] === "ben" && online !== true);
  }, 60_000);

  it("refuses the next send of a member who was kicked, whichever pods and gateways the calls go through", async () => {
    const [cleo, dan] = [await device("cleo", 0), await device("dan", 1)];
    for (let number = 0; number < GROUPS; number += 1) {
      const guid = `den${number}`;
      await cluster.api.group(guid, ["cleo", "dan"]);
      await dan.send(toGroup(guid), `hello ${number}`);
      await cleo.ok("group.KickMember", { guid, uid: "dan" });
      const refused = await dan.refused("messaging.SendMessage", { ...toGroup(guid), muid: `late ${number}`, text: { text: "late" } });
      expect([guid, refused]).toEqual([guid, "ERR_GROUP_NOT_JOINED"]);
      const last = (await rowsOf(cleo, toGroup(guid))).at(-1)!["message"] as Json;
      expect(last["groupAction"]).toMatchObject({ kind: "GROUP_ACTION_KIND_KICKED" });
    }
  }, 60_000);

  it("keeps one order when both pods append to one conversation at once, and stores one row for one muid sent to both", async () => {
    const [eve, fay] = [await device("eve", 0), await device("fay", 1)];
    await cluster.api.group("both", ["eve", "fay"]);
    const pods = ["messaging-1", "messaging-2"].map((pod) => messagingAt(cluster, pod));
    const receivers = [
      { receiverType: ReceiverType.USER, receiverId: "fay", place: toUser("fay"), members: 0 },
      { receiverType: ReceiverType.GROUP, receiverId: "both", place: toGroup("both"), members: 1 },
    ];
    for (const { receiverType, receiverId, place, members } of receivers) {
      const send = async (number: number, { client }: (typeof pods)[number]): Promise<number> => {
        const muid = `m${number}`;
        const request = SendMessageRequest.fromPartial({ receiverType, receiverId, muid, resend: true, body: { $case: "text", value: { text: muid } } });
        return (await client.sendMessage(request, asUser(cluster.api.app.appId, "eve"))).message!.seq;
      };
      const numbers = Array.from({ length: MESSAGES }, (_, number) => number);
      // Every third goes to both pods, the others to one or the other.
      const seqs = await Promise.all(numbers.map((number) =>
        Promise.all(pods.filter((_pod, index) => number % 3 === 2 || number % 3 === index).map((pod) => send(number, pod)))));
      for (const answers of seqs) expect(new Set(answers).size).toBe(1);
      const rows = (await rowsOf(eve, place)).filter(({ message }) => message !== undefined);
      // Action rows have muids of the platform's making.
      const muids = rows.map(({ message }) => text((message as Json)["muid"])).filter((muid) => muid !== "" && !muid.startsWith("@"));
      expect(muids).toHaveLength(MESSAGES);
      expect(new Set(muids)).toEqual(new Set(numbers.map((number) => `m${number}`)));
      const all = await rowsOf(fay, receiverId === "fay" ? toUser("eve") : place);
      expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: all.length }, (_, index) => index + 1));
      expect(all.length).toBeGreaterThanOrEqual(MESSAGES + members);
      await Promise.all(numbers.map((number) =>
        fay.next("row", ({ message }) => (message as Json)["receiverId"] === receiverId && (message as Json)["muid"] === `m${number}`)));
    }
    await Promise.all(pods.map(({ close }) => close()));
  }, 60_000);
});
