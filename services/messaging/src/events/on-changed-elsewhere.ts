// What other pods and other services have changed is forgotten on every pod: only one of them consumes an event, and a nudge
// may not reach all. What is remembered is at most a minute old in any case (reliability.md W24).
import type { EventLog, LogRecord, Subscription } from "@parlance/platform/eventlog";
import { appId, guid, uid, type AppId } from "@parlance/platform/ids";
import { Event } from "@parlance/proto/event/v1/event";
import type { MessagingContext } from "../context.js";
import { groupRef } from "../domain/conversation.js";

type Deps = Pick<MessagingContext, "directory" | "members" | "writer" | "log">;

const USER = "s:user:";
const GROUP = "s:group:";
const MEMBERS = "g:";

/** Kinds are told apart by their headers; only what concerns a group's life or one of its members is decoded. */
export const onChangedElsewhere = (deps: Deps) => (records: readonly LogRecord[]): void => {
  for (const record of records) {
    switch (record.headers.kind) {
      case "userChanged":
        onUser(deps, record);
        break;
      case "groupChanged":
      case "membershipChanged":
        onGroup(deps, record);
        break;
      case "memberRow":
        onMemberRow(deps, record);
        break;
    }
  }
};

/** What was remembered while changes could be missed is forgotten, too. */
export function followChanges(eventLog: Pick<EventLog, "follow">, deps: Deps): Subscription {
  const forgetAll = (): void => {
    deps.directory.forgetAll();
    deps.members.forgetAll();
  };
  const following = eventLog.follow(["events"], onChangedElsewhere(deps), { onLost: forgetAll });
  void following.ready?.then(forgetAll);
  return following;
}

interface Place {
  readonly app: AppId;
  readonly channel: string;
}

function placeOf({ key }: LogRecord): Place {
  const [app = "", channel = ""] = key.split("/", 2);
  return { app: appId(app), channel };
}

function onUser({ directory }: Deps, record: LogRecord): void {
  const { app, channel } = placeOf(record);
  if (channel.startsWith(USER)) directory.forgetUser(app, uid(channel.slice(USER.length)));
}

/** Published when the view is changed: what is read from now on is new. Names whom it concerns in its header. */
function onMemberRow({ members }: Deps, record: LogRecord): void {
  const { app, channel } = placeOf(record);
  const { except } = record.headers;
  if (except !== undefined && channel.startsWith(MEMBERS)) members.forget({ app, ref: groupRef(guid(channel.slice(MEMBERS.length))) }, uid(except));
}

function onGroup(deps: Deps, record: LogRecord): void {
  const { app, channel } = placeOf(record);
  if (!channel.startsWith(GROUP)) return;
  const id = guid(channel.slice(GROUP.length));
  const conversation = { app, ref: groupRef(id) };
  const body = decoded(deps, record)?.body;
  if (body?.$case === "membershipChanged") return deps.members.forget(conversation, uid(body.value.user?.id ?? ""));
  deps.directory.forgetGroup(app, id);
  if (body?.$case === "groupChanged" && !body.value.deleted) return;
  deps.writer.forget(conversation);
  deps.members.forgetAll();
}

/** Undefined for one that cannot be decoded; whoever consumes it makes it a dead letter. */
function decoded({ log }: Deps, { value, headers }: LogRecord): Event | undefined {
  try {
    return Event.decode(value);
  } catch (error) {
    log.warn({ err: error, id: headers.id }, "an event cannot be decoded, all memberships are read anew");
    return undefined;
  }
}
