import * as apps from "../management/apps.js";
import * as apiKeys from "../v3/api-keys.js";
import * as authTokens from "../v3/auth-tokens.js";
import * as conversations from "../v3/conversations.js";
import * as groups from "../v3/groups.js";
import * as history from "../v3/history.js";
import * as members from "../v3/members.js";
import * as messages from "../v3/messages.js";
import * as receipts from "../v3/receipts.js";
import * as users from "../v3/users.js";
import type { Route } from "./route.js";

/** Every operation that is answered by an RPC. A new row of a resource file is in the table by being exported. */
export const routes: readonly Route[] = [apps, apiKeys, users, authTokens, groups, members, messages, history, conversations, receipts]
  .flatMap((file) => Object.values(file) as unknown[]).filter(isRoute)
  .toSorted((one, other) => (one.number < other.number ? -1 : 1));

function isRoute(exported: unknown): exported is Route {
  return typeof exported === "object" && exported !== null && "contract" in exported && "number" in exported;
}
