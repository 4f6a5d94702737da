import { expect, it } from "vitest";
import { Event } from "@parlance/proto/event/v1/event";
import { SubscribePresenceRequest, SubscribePresenceResponse } from "@parlance/proto/presence/v1/presence";
import type { User } from "../model/user.js";
import { connected, recorder } from "../testing/place.js";

const code = (expected: string) => expect.objectContaining({ code: expected });

it("answers statuses, tells changes once, and subscribes anew after a reconnect", async () => {
  const { parlance, gateway, other, clock } = await connected();
  const online = new Set(["bob"]);
  const asked: string[][] = [];
  other.set("presence.SubscribePresence", (request) => {
    const { uids } = SubscribePresenceRequest.decode(request);
    asked.push(uids);
    const presences = uids.map((uid) => ({ uid, online: online.has(uid), lastActiveAtMs: 0 }));
    return SubscribePresenceResponse.encode({ presences }).finish();
  });
  const { heard, listener } = recorder((name, [user]) => `${name} ${(user as User).uid}`);
  parlance.addUserListener("test", listener);
  const users = await parlance.subscribePresence(["Bob", "carol"]);
  expect(users.map(({ uid, status }) => [uid, status])).toEqual([["bob", "online"], ["carol", "offline"]]);
  const carol = Event.fromPartial({ body: { $case: "presenceChanged", value: { user: { id: "carol" }, online: true } } });
  gateway.socket.event(carol, carol);
  online.clear();
  gateway.socket.end(1006);
  await clock.advance(2_000);
  expect(heard).toEqual(["onUserOnline carol", "onUserOffline bob", "onUserOffline carol"]);
  expect(asked).toEqual([["bob", "carol"], ["bob", "carol"]]);
  await expect(parlance.subscribePresence(Array.from({ length: 5_000 }, (_, n) => `u${n}`))).rejects.toEqual(code("ERROR_LIMIT_EXCEEDED"));
});
