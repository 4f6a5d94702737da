import type { LogRecord } from "@parlance/platform/eventlog";
import { appId, uid } from "@parlance/platform/ids";
import type { Credentials } from "../sessions/credentials.js";

const KINDS: ReadonlySet<string> = new Set(["sessionEnded", "userUpdated"]);

/**
 * Forgets what is remembered of users whom another process of this service has changed. Reads the key of a record only:
 * `<app>/u:<uid>`.
 */
export const onUserChangedElsewhere = (credentials: Pick<Credentials, "forgetUser">) =>
  (records: readonly LogRecord[]): void => {
    for (const { key, headers } of records) {
      if (!KINDS.has(headers.kind)) continue;
      const [app = "", channel = ""] = key.split("/", 2);
      if (channel.startsWith("u:")) credentials.forgetUser(appId(app), uid(channel.slice(2)));
    }
  };
