import type { EventLog, LogRecord, Subscription } from "@parlance/platform/eventlog";
import { appId, uid } from "@parlance/platform/ids";
import type { Users } from "../users.js";

const CHANNEL = "s:user:";

/**
 * Forgets what is remembered of users who have changed, in every process of this service: only one of them consumes the
 * event. Reads the key of a record only: `<app>/s:user:<uid>`.
 */
export const onUserChangedElsewhere = (users: Pick<Users, "forget">) =>
  (records: readonly LogRecord[]): void => {
    for (const { key, headers } of records) {
      if (headers.kind !== "userChanged") continue;
      const [app = "", channel = ""] = key.split("/", 2);
      if (channel.startsWith(CHANNEL)) users.forget(appId(app), uid(channel.slice(CHANNEL.length)));
    }
  };

/** What was remembered while changes could be missed is forgotten, too. */
export function followUserChanges(eventLog: Pick<EventLog, "follow">, users: Pick<Users, "forget" | "forgetAll">): Subscription {
  const following = eventLog.follow(["events"], onUserChangedElsewhere(users), { onLost: () => users.forgetAll() });
  void following.ready?.then(() => users.forgetAll());
  return following;
}
