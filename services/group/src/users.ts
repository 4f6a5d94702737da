// Users as identity knows them, remembered for at most 60 s (reliability.md W24).

import { SYSTEM_UID, type AppId, type Uid } from "@parlance/platform/ids";
import { LruMap } from "@parlance/platform/limits";
import { asPeer, type CallContext } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import type { User } from "@parlance/proto/identity/v1/identity";
import type { GroupClients } from "./clients.js";
import { SYSTEM_USER } from "./domain/views.js";

const AGE_MAX_MS = 60_000;

interface Known {
  readonly user: User;
  readonly atMs: number;
}

export interface UsersOptions {
  readonly identity: Pick<GroupClients["identity"], "resolveUsers">;
  readonly clock: Pick<Clock, "monotonic">;
  readonly entriesMax: number;
}

export class Users {
  readonly #options: UsersOptions;
  readonly #known: LruMap<string, Known>;
  /** Counts invalidations, so that an answer that was under way meanwhile is not remembered. */
  #forgotten = 0;

  constructor(options: UsersOptions) {
    this.#options = options;
    this.#known = new LruMap(options.entriesMax);
  }

  /** Those that exist and are active; the system user always does. At most one call, of at most 1,000 uids. */
  async resolve(uids: readonly Uid[], context: CallContext): Promise<ReadonlyMap<Uid, User>> {
    const found = new Map<Uid, User>();
    const unknown: Uid[] = [];
    for (const uid of new Set(uids)) {
      const user = this.#remembered(context.app, uid);
      if (user === undefined) unknown.push(uid);
      else found.set(uid, user);
    }
    for (const user of unknown.length === 0 ? [] : await this.#ask(unknown, context)) found.set(user.uid as Uid, user);
    return found;
  }

  /** The same as they are this moment, for answers that show who is online (chat.md 7.2). */
  async resolveNow(uids: readonly Uid[], context: CallContext): Promise<ReadonlyMap<Uid, User>> {
    const asked = [...new Set(uids)].filter((uid) => uid !== SYSTEM_UID);
    const users = asked.length === 0 ? [] : await this.#ask(asked, context);
    const found = new Map(users.map((user) => [user.uid as Uid, user]));
    return uids.includes(SYSTEM_UID) ? found.set(SYSTEM_UID, SYSTEM_USER) : found;
  }

  forget(app: AppId, uid: Uid): void {
    this.#forgotten += 1;
    this.#known.delete(`${app}/${uid}`);
  }

  forgetAll(): void {
    this.#forgotten += 1;
    this.#known.clear();
  }

  #remembered(app: AppId, uid: Uid): User | undefined {
    if (uid === SYSTEM_UID) return SYSTEM_USER;
    const known = this.#known.get(`${app}/${uid}`);
    return known !== undefined && this.#options.clock.monotonic() - known.atMs < AGE_MAX_MS ? known.user : undefined;
  }

  /** Who does not exist is asked for again: that may change any moment. */
  async #ask(uids: Uid[], context: CallContext): Promise<readonly User[]> {
    const before = this.#forgotten;
    const { users } = await this.#options.identity.resolveUsers({ uids }, asPeer(context, "group"));
    const atMs = this.#options.clock.monotonic();
    if (before === this.#forgotten) {
      for (const user of users) this.#known.set(`${context.app}/${user.uid}`, { user, atMs });
    }
    return users;
  }
}
