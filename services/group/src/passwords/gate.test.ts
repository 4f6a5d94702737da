import { expect, it } from "vitest";
import { appId, uid } from "@parlance/platform/ids";
import { seededRandom } from "@parlance/platform/random";
import { ManualClock } from "@parlance/platform/time";
import { GroupType } from "@parlance/proto/group/v1/group";
import { groupOf } from "../testing/rosters.js";
import { PasswordGate } from "./gate.js";
import { PasswordHasher } from "./hasher.js";

it("replaces a hash that was made too cheaply, when the password is right", async () => {
  const replaced: { from: string; to: string }[] = [];
  const cheap = new PasswordHasher(seededRandom(1), { n: 16, r: 1, p: 1 });
  const hasher = new PasswordHasher(seededRandom(2), { n: 32, r: 1, p: 1 });
  const gate = new PasswordGate({
    groups: { replacePassword: async (_app, _guid, hashes) => void replaced.push(hashes) },
    hasher, clock: new ManualClock(), triesPerMinute: 5, triesPerGroupPerMinute: 50,
  });
  const passwordHash = await cheap.hash("sesame");
  const group = groupOf({ type: GroupType.PASSWORD, passwordHash });
  await gate.enter(appId("acmechat"), group, uid("bob"), "sesame");
  expect(replaced).toEqual([{ from: passwordHash, to: expect.stringMatching(/^scrypt\$32\$/) as string }]);
});
