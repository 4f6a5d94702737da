import { expect, test } from "vitest";
import { onUserChangedElsewhere } from "./on-user-changed-elsewhere.js";

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
