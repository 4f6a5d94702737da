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
  for (const who of ["alice", "bob"]) await bench().user(app, who);
});

async function tell(key: string, event: Pick<Event, "id" | "atMs" | "appId" | "body">) {
  const value = Event.encode({ channel: key.slice(key.indexOf("/") + 1), replayed: false, ...event }).finish();
  await bench().eventLog.append([{ topic: "events", key, value, headers: { id: event.id, kind: event.body!.$case } }]);
  await bench().settle();
}

const online = (who: string, atMs: number) => tell(`${app}/s:user:${who}`, {
  id: `${who}:${atMs}`, atMs, appId: appId(app),
  body: { $case: "userStatusChanged", value: { uid: uid(who), online: true, lastActiveAtMs: 0 } },
});
const reset = (atMs: number) =>
  tell("/s:presence", { id: `reset:${atMs}`, atMs, appId: "", body: { $case: "presenceReset", value: {} } });

async function seen(who: string) {
  const { status, lastActiveAtMs } = (await bench().call.getUser({ uid: who }, as.server(app))).user!;
  return [status, lastActiveAtMs];
}

test("who was told to be online before presence started is offline, and who came since stays online", async () => {
  await online("alice", 1_000);
  await online("bob", 3_000);
  await reset(2_000);
  expect([await seen("alice"), await seen("bob")]).toEqual([[UserStatus.OFFLINE, 2_000], [UserStatus.ONLINE, 0]]);
  await online("alice", 2_500);
  expect((await seen("alice"))[0]).toBe(UserStatus.ONLINE);
});

test("a repeat, and what an earlier life of presence said and comes late, change nothing", async () => {
  await reset(2_000);
  await online("alice", 1_999);
  await online("bob", 2_001);
  await reset(2_000);
  expect([(await seen("alice"))[0], (await seen("bob"))[0]]).toEqual([UserStatus.OFFLINE, UserStatus.ONLINE]);
});
