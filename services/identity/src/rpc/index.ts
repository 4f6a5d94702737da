import type { Handlers } from "@parlance/platform/rpc";
import type { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import type { IdentityContext } from "../context.js";
import { createApiKey } from "./create-api-key.js";
import { createApp } from "./create-app.js";
import { createAuthToken } from "./create-auth-token.js";
import { createUser } from "./create-user.js";
import { deactivateUsers } from "./deactivate-users.js";
import { deleteApiKey } from "./delete-api-key.js";
import { deleteAuthToken } from "./delete-auth-token.js";
import { deleteAuthTokens } from "./delete-auth-tokens.js";
import { getApp } from "./get-app.js";
import { getUser } from "./get-user.js";
import { listApiKeys } from "./list-api-keys.js";
import { listApps } from "./list-apps.js";
import { listAuthTokens } from "./list-auth-tokens.js";
import { listUsers } from "./list-users.js";
import { resolveUsers } from "./resolve-users.js";
import { updateUser } from "./update-user.js";
import { verifyApiKey } from "./verify-api-key.js";
import { verifyAuthToken } from "./verify-auth-token.js";

export function createHandlers(context: IdentityContext): Handlers<typeof IdentityServiceService> {
  return {
    createApp: createApp(context),
    getApp: getApp(context),
    listApps: listApps(context),
    createApiKey: createApiKey(context),
    listApiKeys: listApiKeys(context),
    deleteApiKey: deleteApiKey(context),
    createUser: createUser(context),
    getUser: getUser(context),
    listUsers: listUsers(context),
    updateUser: updateUser(context),
    deactivateUsers: deactivateUsers(context),
    createAuthToken: createAuthToken(context),
    listAuthTokens: listAuthTokens(context),
    deleteAuthToken: deleteAuthToken(context),
    deleteAuthTokens: deleteAuthTokens(context),
    verifyAuthToken: verifyAuthToken(context),
    verifyApiKey: verifyApiKey(context),
    resolveUsers: resolveUsers(context),
  };
}
