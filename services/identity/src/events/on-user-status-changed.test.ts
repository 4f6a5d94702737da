import { appId, uid } from "@parlance/platform/ids";
import { Event } from "@parlance/proto/event/v1/event";
import { UserStatus } from "@parlance/proto/identity/v1/identity";
import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();
let app: string;

beforeEach(async () => {
  app = (await bench().app()).app;
  await bench().user(app, "alice");
});

interface Change {
  readonly online: boolean;
  readonly atMs: number;
  readonly who?: string;
}

async function tell({ online, atMs, who = "alice" }: Change) {
  const [channel, id] = [`s:user:${who}`, `status:${who}:${atMs}`];
  const value = { uid: uid(who), online, lastActiveAtMs: online ? 0 : atMs };
  const event: Event = {
    id, channel, atMs, replayed: false, appId: appId(app), body: { $case: "userStatusChanged", value },
  };
  const headers = { id, kind: "userStatusChanged" };
  await bench().eventLog.append([
    { topic: "events", key: `${app}/${channel}`, value: Event.encode(event).finish(), headers },
  ]);
  await bench().settle();
}

async function seen() {
  const { status, lastActiveAtMs } = (await bench().call.getUser({ uid: "alice" }, as.server(app))).user!;
  return { status, lastActiveAtMs };
}

test("users are shown as presence last told", async () => {
  await tell({ online: true, atMs: 1_000 });
  expect(await seen()).toEqual({ status: UserStatus.ONLINE, lastActiveAtMs: 0 });
  await tell({ online: false, atMs: 2_000 });
  expect(await seen()).toEqual({ status: UserStatus.OFFLINE, lastActiveAtMs: 2_000 });
});

test("repeats and older news change nothing", async () => {
  await tell({ online: false, atMs: 2_000 });
  await tell({ online: true, atMs: 3_000 });
  await tell({ online: false, atMs: 2_000 });
  expect(await seen()).toEqual({ status: UserStatus.ONLINE, lastActiveAtMs: 2_000 });
});

test("news of an unknown user are done with", async () => {
  await tell({ online: true, atMs: 1_000, who: "nobody" });
  expect(await bench().eventLog.lag("identity")).toBe(0);
  expect(await bench().eventLog.deadLetters.list(10)).toEqual([]);
});

test("a status is not told on, and a deactivated user stays offline", async () => {
  await bench().facts();
  await tell({ online: true, atMs: 1_000 });
  expect((await bench().facts()).map(({ event }) => event.body?.$case)).toEqual(["userStatusChanged"]);
  await bench().call.deactivateUsers({ uids: ["alice"] }, as.server(app));
  await tell({ online: true, atMs: 2_000 });
  expect((await seen()).status).toBe(UserStatus.OFFLINE);
});
