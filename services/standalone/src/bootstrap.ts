import { appId as asAppId, randomId, SYSTEM_UID, type AppId } from "@parlance/platform/ids";
import type { Random } from "@parlance/platform/random";
import { createClient, type OutgoingContext, type RpcChannel } from "@parlance/platform/rpc";
import { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import { GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import { Environment, KeyScope, type ApiKey } from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";

/** What the default app is made of; everything goes through the RPCs, like any app's. */
export interface DefaultApp {
  readonly appId: string;
  readonly authKey: string;
  readonly restApiKey: string;
}

const DEMO_USERS = [["alice", "Alice"], ["bob", "Bob"], ["carol", "Carol"]] as const;
const DEMO_GROUP = "lobby";
const ADMIN_KEY_BYTES = 32;

export function makeAdminKey(random: Random): string {
  return Buffer.from(random.bytes(ADMIN_KEY_BYTES)).toString("hex");
}

/** Makes the default app with its keys, the demo users and a public group. */
export async function makeDefaultApp(channel: RpcChannel, random: Random): Promise<DefaultApp> {
  const identity = createClient(IdentityServiceService, channel);
  const { app, apiKeys } = await identity.createApp(
    { name: "Default", appId: "", environment: Environment.DEVELOPMENT, region: "" }, internal(random, "" as AppId),
  );
  const appId = asAppId(app?.appId ?? "");
  await makeDemo(channel, random, appId);
  return { appId, authKey: valueOf(apiKeys, KeyScope.AUTH_ONLY), restApiKey: valueOf(apiKeys, KeyScope.FULL_ACCESS) };
}

async function makeDemo(channel: RpcChannel, random: Random, app: AppId): Promise<void> {
  const identity = createClient(IdentityServiceService, channel);
  const group = createClient(GroupServiceService, channel);
  for (const [uid, name] of DEMO_USERS) {
    await identity.createUser({
      uid, name, avatar: "", link: "", role: "", metadataJson: "", tags: [], statusMessage: "", withAuthToken: false,
    }, server(random, app));
  }
  const [owner, ...others] = DEMO_USERS.map(([uid]) => uid);
  await group.createGroup({
    guid: DEMO_GROUP, name: "Lobby", type: GroupType.PUBLIC, password: "", icon: "", description: "Everyone is here", metadataJson: "",
    tags: [], owner: owner!, historyVisibility: 0, bannedUids: [],
    members: others.map((uid) => ({ uid, scope: MemberScope.PARTICIPANT })),
  }, server(random, app));
}

function valueOf(keys: readonly ApiKey[], scope: KeyScope): string {
  return keys.find((key) => key.scope === scope)?.value ?? "";
}

function internal(random: Random, app: AppId): OutgoingContext {
  return { app, caller: { kind: "internal", peer: "standalone" }, requestId: randomId(random) };
}

/** The app's own server, as far as the pipeline is concerned. */
function server(random: Random, app: AppId): OutgoingContext {
  return { app, caller: { kind: "apiKey", scope: "fullAccess", keyId: SYSTEM_UID }, requestId: randomId(random) };
}
