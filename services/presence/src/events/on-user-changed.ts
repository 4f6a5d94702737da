import type { EventLog, LogRecord, Subscription } from "@parlance/platform/eventlog";
import { appId, uid } from "@parlance/platform/ids";
import type { Parties } from "../signals/parties.js";

const CHANNEL = "s:user:";

/** The next signal carries a changed user's new name. Reads the key of a record only: `<app>/s:user:<uid>`. */
export const onUserChanged = (parties: Pick<Parties, "forget">) => (records: readonly LogRecord[]): void => {
  for (const { key, headers } of records) {
    if (headers.kind !== "userChanged") continue;
    const [app = "", channel = ""] = key.split("/", 2);
    if (channel.startsWith(CHANNEL)) parties.forget(appId(app), uid(channel.slice(CHANNEL.length)));
  }
};

/** What was remembered while changes could be missed is forgotten, too. */
export function followUserChanges(eventLog: Pick<EventLog, "follow">, parties: Pick<Parties, "forget" | "forgetAll">): Subscription {
  const forgetAll = (): void => parties.forgetAll();
  const following = eventLog.follow(["events"], onUserChanged(parties), { onLost: forgetAll });
  void following.ready?.then(forgetAll);
  return following;
}
