import type { EventLog, LogRecord, Subscription } from "@parlance/platform/eventlog";
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

/** What was remembered while changes could be missed is forgotten, too. */
export function followUserChanges(
  eventLog: Pick<EventLog, "follow">, credentials: Pick<Credentials, "forgetUser" | "forgetAll">,
): Subscription {
  const forgetAll = (): void => credentials.forgetAll();
  const following = eventLog.follow(["events"], onUserChangedElsewhere(credentials), { onLost: forgetAll });
  void following.ready?.then(forgetAll);
  return following;
}
