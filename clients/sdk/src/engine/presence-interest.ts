import type { UserPresence } from "@parlance/proto/presence/v1/presence";
import type { PresenceChanged } from "@parlance/proto/event/v1/event";
import { failure, toException } from "../errors.js";
import { partyToUser, User } from "../model/user.js";
import { assign, seconds } from "../model/wire.js";
import type { Calls } from "./calls.js";
import { Lru } from "./lru.js";
import { rpcs } from "./rpcs.js";

const EXPLICIT_MAX = 5_000;
const A_CALL = 1_000;
const KNOWN_MAX = 20_000;

export interface PresenceInterestOptions {
  readonly calls: Pick<Calls, "invoke" | "overSocket">;
  readonly tell: (user: User) => void;
}

/** Users whose presence the app asked for: the gateway keeps the set with the connection, so it is told anew with each. */
export class PresenceInterest {
  readonly #options: PresenceInterestOptions;
  readonly #explicit = new Set<string>();
  /** Uid to online, as last told. */
  readonly #known = new Lru<string, boolean>(KNOWN_MAX);

  constructor(options: PresenceInterestOptions) {
    this.#options = options;
  }

  /** Answers present statuses, in the order asked. */
  async subscribe(uids: readonly string[]): Promise<User[]> {
    const ids = uids.map((uid) => uid.toLowerCase());
    if (ids.length === 0) throw failure("EMPTY_USERS_LIST");
    if (new Set([...this.#explicit, ...ids]).size > EXPLICIT_MAX) {
      throw failure("ERROR_LIMIT_EXCEEDED", { params: { limit: String(EXPLICIT_MAX) } });
    }
    const users = (await this.#statuses(ids)).map(toUser);
    for (const id of ids) this.#explicit.add(id);
    for (const { uid, status } of users) this.#known.set(uid, status === "online");
    return users;
  }

  async unsubscribe(uids: readonly string[]): Promise<void> {
    const ids = uids.map((uid) => uid.toLowerCase());
    for (const id of ids) this.#explicit.delete(id);
    for (const part of parts(ids)) {
      await this.#options.calls.overSocket(rpcs.unsubscribePresence, { uids: part }).catch(withoutSocket);
    }
  }

  /** Tells the set to the new connection, and the app what changed meanwhile. */
  async connected(): Promise<void> {
    for (const part of parts([...this.#explicit])) {
      const { presences } = await this.#options.calls.overSocket(rpcs.subscribePresence, { uids: part });
      for (const presence of presences) this.#tellChange(toUser(presence));
    }
  }

  changed({ user, online, lastActiveAtMs }: PresenceChanged): void {
    this.#tellChange(assign<User>(partyToUser(user), {
      status: online ? "online" : "offline", lastActiveAt: seconds(lastActiveAtMs),
    }));
  }

  #tellChange(user: User): void {
    const online = user.status === "online";
    if (this.#known.get(user.uid) === online) return;
    this.#known.set(user.uid, online);
    this.#options.tell(user);
  }

  async #statuses(uids: readonly string[]): Promise<UserPresence[]> {
    const { calls } = this.#options;
    const answers: UserPresence[] = [];
    for (const part of parts(uids)) {
      const { presences } = await calls.overSocket(rpcs.subscribePresence, { uids: part }).catch((error: unknown) => {
        withoutSocket(error);
        return calls.invoke(rpcs.getPresence, { uids: part });
      });
      answers.push(...presences);
    }
    return answers;
  }
}

/** Without a connection the set is told to the next one. */
function withoutSocket(error: unknown): void {
  if (toException(error).code !== "NO_WEBSOCKET_CONNECTION") throw toException(error);
}

function toUser({ uid, online, lastActiveAtMs }: UserPresence): User {
  return assign<User>(new User(uid), { status: online ? "online" : "offline", lastActiveAt: seconds(lastActiveAtMs) });
}

function parts(uids: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let at = 0; at < uids.length; at += A_CALL) all.push(uids.slice(at, at + A_CALL));
  return all;
}
