import { appId, tokenId, uid } from "@parlance/platform/ids";
import { recordingLog } from "@parlance/platform/log";
import { ManualClock } from "@parlance/platform/time";
import { beforeEach, expect, test } from "vitest";
import type { TokenRecord } from "../domain/token.js";
import { issueToken } from "../domain/token.js";
import type { TokenUse } from "../store/ports.js";
import { LastUsed } from "./last-used.js";

const app = appId("acmechat");
const random = { bytes: (length: number) => new Uint8Array(length) };

let clock: ManualClock;
let written: (readonly TokenUse[])[];
let broken: boolean;
let lastUsed: LastUsed;
const log = recordingLog();

beforeEach(async () => {
  clock = new ManualClock();
  [written, broken] = [[], false];
  const touch = async (_app: string, uses: readonly TokenUse[]) => {
    if (broken) throw new Error("away");
    written.push(uses);
  };
  lastUsed = new LastUsed({ tokens: { touch }, clock, log });
  await lastUsed.start();
});

function token(id: string): TokenRecord {
  const { token: made } = issueToken({ uid: uid("alice"), nowMs: clock.now(), ttlSeconds: 0, random });
  return { ...made, tokenId: tokenId(id) };
}

test("uses are written in batches, later", async () => {
  for (let at = 0; at < 501; at += 1) lastUsed.note(app, token(`t${at}`));
  expect(written).toEqual([]);
  await clock.advance(5_000);
  expect(written.map((uses) => uses.length)).toEqual([500, 1]);
});

test("a token is written at most every five minutes, though what is known of it is old", async () => {
  const used = token("t");
  for (let second = 0; second < 300; second += 1) {
    lastUsed.note(app, used);
    await clock.advance(1_000);
  }
  expect(written.flat()).toHaveLength(1);
  lastUsed.note(app, used);
  await clock.advance(5_000);
  expect(written.flat()).toHaveLength(2);
});

test("what waits is written at the stop", async () => {
  lastUsed.note(app, token("t"));
  await lastUsed.stop();
  expect(written.flat()).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test("a store that is away is survived", async () => {
  broken = true;
  lastUsed.note(app, token("t"));
  await clock.advance(5_000);
  broken = false;
  lastUsed.note(app, token("other"));
  await clock.advance(5_000);
  expect(written.flat().map(({ tokenId: id }) => id)).toEqual(["other"]);
  expect(log.unexpected).toEqual([]);
});
