// The services as other people's programs call them: plain unary gRPC on the standalone's port.
import { status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { methods } from "@parlance/proto/contract";
import { toUser, type Device } from "../testing/device.js";
import type { Tenant } from "../testing/tenant.js";
import { TestPlatform } from "../testing/test-platform.js";
import { fromProtos, Outsider, type Keys } from "./outsider.js";

const ADMIN_KEY = "the admin key of the tests".padEnd(32, ".");
const SERVICES = {
  identity: "parlance.identity.v1.IdentityService", group: "parlance.group.v1.GroupService",
  messaging: "parlance.messaging.v1.MessagingService", presence: "parlance.presence.v1.PresenceService",
} as const;
type Service = keyof typeof SERVICES;

let platform: TestPlatform;
let tenant: Tenant;
let outsider: Outsider;
let apikey: Keys;

beforeEach(async () => {
  platform = await TestPlatform.start({ adminKey: ADMIN_KEY });
  tenant = await platform.tenant();
  await tenant.users("alice", "bob");
  outsider = new Outsider(platform.platform.grpc.port);
  apikey = { apikey: tenant.app.restApiKey };
});

afterEach(async () => {
  outsider.close();
  await platform.stopClean();
});

function call(service: Service, method: string, request: Json, keys: Keys): Promise<Json> {
  return outsider.call(fromProtos(service), SERVICES[service], method, request, keys);
}

async function refusal(service: Service, method: string, request: Json, keys: Keys): Promise<unknown> {
  return call(service, method, request, keys).then(
    (answer) => `answered ${JSON.stringify(answer)}`,
    ({ code }: { code: number }) => status[code],
  );
}

const sendTo = (uid: string, text: string) => ({ receiverType: "RECEIVER_TYPE_USER", receiverId: uid, text: { text } });

describe("an ordinary gRPC client made from the protos", () => {
  it("calls all four services with an API key, also on behalf of a user, and sockets hear of it", async () => {
    const bob: Device = await tenant.device("bob");
    const forAlice = { ...apikey, "on-behalf-of": "alice" };
    await call("identity", "createUser", { uid: "carol", name: "Carol" }, apikey);
    expect(await call("identity", "getUser", { uid: "carol" }, apikey)).toMatchObject({ user: { uid: "carol", name: "Carol" } });
    await call("group", "createGroup", { guid: "team", name: "Team", members: [{ uid: "bob" }] }, forAlice);
    expect(await call("group", "listMembers", { guid: "team" }, apikey)).toMatchObject({ members: [{ user: { uid: "alice" } }, { user: { uid: "bob" } }] });
    const { message } = await call("messaging", "sendMessage", sendTo("bob", "from afar"), forAlice);
    expect(message).toMatchObject({ sender: { id: "alice" }, seq: 1 });
    expect(await call("presence", "getPresence", { uids: ["bob", "alice"] }, apikey))
      .toMatchObject({ presences: [{ uid: "bob", online: true }, { uid: "alice" }] });
    await tenant.quiet();
    expect(bob.messageTexts).toEqual(["from afar"]);
  });

  it("acts as a user with that user's auth token", async () => {
    const keys = { authtoken: await tenant.token("alice") };
    await call("messaging", "sendMessage", sendTo("bob", "mine"), keys);
    expect(await call("messaging", "getUnreadCounts", {}, { authtoken: await tenant.token("bob") })).toEqual({ users: { alice: 1 } });
    expect(await refusal("identity", "createUser", { uid: "dave", name: "Dave" }, keys)).toBe("PERMISSION_DENIED");
  });

  it("creates users and tokens with the auth key, and nothing else", async () => {
    const keys = { apikey: tenant.app.authKey };
    await call("identity", "createUser", { uid: "dave", name: "Dave" }, keys);
    const { authToken } = await call("identity", "createAuthToken", { uid: "dave" }, keys);
    await tenant.device("dave", "phone", { hello: { token: (authToken as Json)["value"] } });
    expect(await refusal("messaging", "sendMessage", sendTo("bob", "x"), keys)).toBe("PERMISSION_DENIED");
    expect(await refusal("identity", "listApiKeys", {}, keys)).toBe("PERMISSION_DENIED");
  });

  it("administers apps with the admin key, and with no other", async () => {
    const { apps } = await call("identity", "listApps", {}, { adminkey: ADMIN_KEY });
    expect((apps as Json[]).map(({ appId }) => appId)).toEqual([tenant.appId]);
    expect(await refusal("identity", "listApps", {}, { adminkey: "another" })).toBe("UNAUTHENTICATED");
    expect(await refusal("identity", "listApps", {}, apikey)).toBe("PERMISSION_DENIED");
    expect(await refusal("messaging", "sendMessage", sendTo("bob", "x"), { adminkey: ADMIN_KEY })).toBe("PERMISSION_DENIED");
  });

  it("is refused without a key, with a wrong one, and with one of another app for this one's data", async () => {
    const other = await platform.tenant("Other");
    expect(await refusal("identity", "getUser", { uid: "bob" }, {})).toBe("UNAUTHENTICATED");
    expect(await refusal("identity", "getUser", { uid: "bob" }, { apikey: "0".repeat(40) })).toBe("UNAUTHENTICATED");
    expect(await refusal("identity", "getUser", { uid: "bob" }, { authtoken: `bob_${"x".repeat(43)}` })).toBe("UNAUTHENTICATED");
    expect(await refusal("identity", "getUser", { uid: "bob" }, { "cluster-secret": "guess" })).toBe("PERMISSION_DENIED");
    expect(await refusal("identity", "getUser", { uid: "bob" }, { apikey: other.app.restApiKey })).toBe("NOT_FOUND");
    expect(await refusal("identity", "getUser", { uid: "bob" }, { ...apikey, appid: other.appId })).toBe("PERMISSION_DENIED");
    expect(await refusal("messaging", "sendMessage", sendTo("bob", "x"), { ...apikey, "on-behalf-of": "nobody" })).toBe("NOT_FOUND");
  });

  it("may call none of the methods that belong to the services themselves, whatever it presents (S7)", async () => {
    const presented: readonly Keys[] = [apikey, { apikey: tenant.app.authKey }, { authtoken: await tenant.token("alice") }, { adminkey: ADMIN_KEY }, {}];
    const internal = Object.entries(methods).filter(([, { access }]) => access.every((each) => each === "INTERNAL")).map(([name]) => name);
    expect(internal).toContain("group.ListJoinedGuids");
    const outcomes = [];
    for (const name of internal) {
      const [service, rpc] = name.split(".") as [Service, string];
      if (!(service in SERVICES)) continue;
      for (const keys of presented) outcomes.push(await refusal(service, rpc[0]!.toLowerCase() + rpc.slice(1), {}, keys));
    }
    expect(new Set(outcomes)).toEqual(new Set(["PERMISSION_DENIED", "UNAUTHENTICATED"]));
    expect(outcomes.length).toBeGreaterThan(20);
  });

  it("finds the catalogue code of a refusal in the status details, and no inner text", async () => {
    const error = await call("messaging", "sendMessage", sendTo("nobody", "x"), { ...apikey, "on-behalf-of": "alice" })
      .then(() => undefined, (caught: { code: number; details: string; metadata: { get(key: string): unknown[] } }) => caught);
    expect(error?.code).toBe(status.NOT_FOUND);
    expect(error?.metadata.get("grpc-status-details-bin")).toHaveLength(1);
    expect(error?.details).not.toMatch(/\.js|sqlite|at /);
  });

  it("learns the services by reflection, and calls them with nothing else", async () => {
    expect((await outsider.services()).toSorted()).toEqual(expect.arrayContaining(Object.values(SERVICES).toSorted()));
    for (const name of Object.values(SERVICES)) {
      const definition = await outsider.reflected(name);
      expect(Object.keys(definition)).toContain(name);
      expect(await outsider.health(name)).toEqual({ status: "SERVING" });
    }
    const messaging = await outsider.reflected(SERVICES.messaging);
    const keys = { ...apikey, "on-behalf-of": "alice" };
    // Descriptors know the names of the protos only.
    const request = { receiver_type: "RECEIVER_TYPE_USER", receiver_id: "bob", text: { text: "reflected" } };
    await outsider.call(messaging, SERVICES.messaging, "sendMessage", request, keys);
    const bob = await tenant.device("bob");
    const { messages } = await bob.ok("messaging.ListMessages", toUser("alice"));
    expect((messages as Json[]).map(({ text }) => (text as Json)["text"])).toEqual(["reflected"]);
  });

  it("hears that the process and each service are healthy, and that others are not known", async () => {
    expect(await outsider.health("")).toEqual({ status: "SERVING" });
    await expect(outsider.health("parlance.weather.v1.WeatherService")).rejects.toMatchObject({ code: status.NOT_FOUND });
  });
});
