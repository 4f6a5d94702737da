import { appId, sessionId, uid } from "@parlance/platform/ids";
import type { Connection } from "@parlance/proto/presence/v1/presence";
import type { OpenConnection } from "./user-presence.js";

/** Undefined for a connection that names nobody. */
export function toOpenConnection(connection: Connection | undefined): OpenConnection | undefined {
  if (connection === undefined || connection.sessionId === "" || connection.appId === "" || connection.uid === "") return undefined;
  return { sessionId: sessionId(connection.sessionId), app: appId(connection.appId), uid: uid(connection.uid) };
}
