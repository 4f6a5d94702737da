import { createHash } from "node:crypto";
import { fail } from "@parlance/platform/errors";
import { appId } from "@parlance/platform/ids";
import { Environment, type CreateAppRequest, type CreateAppResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import type { ApiKeyRecord } from "../domain/api-key.js";
import { appIdFrom, isAppId, type AppRecord } from "../domain/app.js";
import { KEY_BYTES, keyFrom } from "../domain/credential.js";
import { toApiKey, toApp } from "../domain/views.js";

type Deps = Pick<IdentityContext, "apps" | "clock" | "random">;

const APP_ID_BYTES = 16;
const DEFAULT_REGION = "local";

export const createApp = (deps: Deps) => async (request: CreateAppRequest): Promise<CreateAppResponse> => {
  const app = newApp(deps, request);
  const keys = [newKey(deps, "Auth Key", false), newKey(deps, "Rest API Key", true)];
  const added = await deps.apps.add(app, keys.map(({ key }) => key));
  if (!added) throw fail("ERR_ALREADY_EXISTS", undefined, { params: { appId: app.appId } });
  return { app: toApp(app), apiKeys: keys.map(({ key, value }) => toApiKey(key, value)) };
};

function newApp({ clock, random }: Deps, request: CreateAppRequest): AppRecord {
  const id = request.appId === "" ? appIdFrom(random.bytes(APP_ID_BYTES)) : request.appId;
  if (!isAppId(id)) throw fail("ERR_BAD_REQUEST", undefined, { fields: { appId: "is not 6 to 32 of a-z 0-9" } });
  return {
    appId: appId(id),
    name: request.name,
    region: request.region === "" ? DEFAULT_REGION : request.region,
    production: request.environment === Environment.PRODUCTION,
    suspended: false,
    createdAtMs: clock.now(),
    updatedAtMs: 0,
    settingsHash: hashOfSettings({}),
  };
}

function hashOfSettings(settings: Readonly<Record<string, never>>): string {
  return createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 16);
}

function newKey({ clock, random }: Deps, name: string, fullAccess: boolean): { key: ApiKeyRecord; value: string } {
  const { value, hash, keyId, prefix } = keyFrom(random.bytes(KEY_BYTES));
  return { value, key: { keyId, hash, prefix, name, fullAccess, createdAtMs: clock.now() } };
}
