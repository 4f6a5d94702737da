import type { FollowOptions } from "@parlance/platform/eventlog";
import { expect, test } from "vitest";
import { followUserChanges, onUserChangedElsewhere } from "./on-user-changed-elsewhere.js";

const record = (key: string, kind: string) =>
  ({ topic: "events", key, value: new Uint8Array([0xff]), headers: { id: "1", kind } }) as const;

test("users whose sessions ended or whose fields changed are forgotten, without a look at the event", () => {
  const forgotten: string[] = [];
  const forgetUser = (app: string, uid: string) => void forgotten.push(`${app} ${uid}`);
  onUserChangedElsewhere({ forgetUser })([
    record("acmechat/u:alice", "sessionEnded"),
    record("acmechat/u:bob", "userUpdated"),
    record("acmechat/p:u:bob", "userUpdated"),
    record("acmechat/u:carol", "row"),
    record("acmechat/g:u:dora", "row"),
  ]);
  expect(forgotten).toEqual(["acmechat alice", "acmechat bob"]);
});

test("everybody is forgotten when a place in the log is found, and when one was lost", async () => {
  let forgotten = 0;
  const followers: FollowOptions[] = [];
  const follow = (_topics: unknown, _onBatch: unknown, options: FollowOptions = {}) => {
    followers.push(options);
    return { ready: Promise.resolve(), close: () => Promise.resolve() };
  };
  followUserChanges({ follow }, { forgetUser: () => undefined, forgetAll: () => void (forgotten += 1) });
  await Promise.resolve();
  expect(forgotten).toBe(1);
  followers[0]?.onLost?.([{ topic: "events", partition: 0, records: 1 }]);
  expect(forgotten).toBe(2);
});
