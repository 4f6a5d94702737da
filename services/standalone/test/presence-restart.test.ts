// Nobody shows as online who left while the platform was away, or whose platform was killed (I16).
import { afterEach, expect, it } from "vitest";
import type { AppId } from "@parlance/platform/ids";
import { temporaryFolder, type Json } from "@parlance/platform/testing";
import { ListUsersRequest, UserStatus } from "@parlance/proto/identity/v1/identity";
import { Tenant } from "./testing/tenant.js";
import { TestPlatform } from "./testing/test-platform.js";

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function startOver(path: string): Promise<TestPlatform> {
  const platform = await TestPlatform.start({ env: { PARLANCE_STANDALONE_DATA: path, PARLANCE_GATEWAY_DRAIN_MS: "0" } });
  cleanUps.push(() => platform.stopClean());
  return platform;
}

/** Users whom a list shows as online. */
async function onlineAt(platform: TestPlatform, app: AppId): Promise<string[]> {
  await platform.settle();
  const { users } = await platform.identity.listUsers(ListUsersRequest.fromPartial({ status: UserStatus.ONLINE }), platform.server(app));
  return users.map(({ uid }) => uid).toSorted();
}

it("shows nobody as online after a restart but who has come back, and when the others were last there", async () => {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  const first = await startOver(folder.path);
  const tenant = await first.tenant();
  await tenant.users("alice", "bob", "carol");
  await tenant.device("alice");
  await tenant.device("bob");
  expect(await onlineAt(first, tenant.appId)).toEqual(["alice", "bob"]);
  await first.stop();

  const restarted = await startOver(folder.path);
  const second = new Tenant(restarted, tenant.app);
  expect(await onlineAt(restarted, tenant.appId)).toEqual([]);
  const carol = await second.device("carol");
  await second.device("bob");
  expect(await onlineAt(restarted, tenant.appId)).toEqual(["bob", "carol"]);
  const { user } = await carol.ok("identity.GetUser", { uid: "alice" });
  expect((user as Json)["status"]).toBe("USER_STATUS_OFFLINE");
  expect((user as Json)["lastActiveAtMs"]).toBeGreaterThan(0);
});
