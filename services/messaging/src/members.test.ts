import { appId, guid, uid } from "@parlance/platform/ids";
import { ManualClock } from "@parlance/platform/time";
import { expect, test } from "vitest";
import { groupRef } from "./domain/conversation.js";
import { Members } from "./members.js";
import type { View } from "./store/ports.js";

const TEAM = { app: appId("app"), ref: groupRef(guid("team")) };
const ALICE = uid("alice");
const view = (scope: number): View => ({
  ref: TEAM.ref, uid: ALICE, label: "group_team", scope, deliveredSeq: 0, readSeq: 0, unreadAfterSeq: 0, floorSeq: 4, createdAtMs: 0, updatedAtMs: 0,
});

function membersOver(find: () => Promise<View | undefined>) {
  const clock = new ManualClock();
  return { clock, members: new Members({ find }, clock) };
}

test("a membership is asked once a minute (W24)", async () => {
  let asked = 0;
  const { clock, members } = membersOver(() => Promise.resolve(view(asked += 1)));
  expect(await members.of(TEAM, ALICE)).toEqual({ scope: 1, floorSeq: 4 });
  expect(members.of(TEAM, ALICE)).toEqual({ scope: 1, floorSeq: 4 });
  await clock.advance(60_000);
  expect(await members.of(TEAM, ALICE)).toEqual({ scope: 2, floorSeq: 4 });
});

test("one who is no member is asked for every time: joining holds at once", async () => {
  const stored: View[] = [];
  const { members } = membersOver(() => Promise.resolve(stored[0]));
  expect(await members.of(TEAM, ALICE)).toBeUndefined();
  stored.push(view(1));
  expect(await members.of(TEAM, ALICE)).toMatchObject({ scope: 1 });
});

test("a read that began before a change does not bring the old membership back (P14)", async () => {
  const answers: ((found: View | undefined) => void)[] = [];
  const { members } = membersOver(() => new Promise((resolve) => answers.push(resolve)));
  const early = members.of(TEAM, ALICE);
  members.forget(TEAM, ALICE);
  answers[0]!(view(1));
  expect(await early).toMatchObject({ scope: 1 });
  const late = members.of(TEAM, ALICE);
  answers[1]!(undefined);
  expect(await late).toBeUndefined();
});
