// Who and what a message is addressed to, as other services know it: cached, invalidated by their events, and never
// older than 60 s (reliability.md W24), so that a send makes no call in the usual case.
import { AppError, ErrorCode } from "@parlance/platform/errors";
import { SYSTEM_UID, type AppId, type Guid, type Uid } from "@parlance/platform/ids";
import { RecentMap, SingleFlight } from "@parlance/platform/limits";
import { asPeer, type CallContext } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import type { Party } from "@parlance/proto/messaging/v1/message";
import type { MessagingClients } from "./clients.js";

const AGE_MAX_MS = 60_000;
const ENTRIES_MAX = 100_000;
const SYSTEM: Party = { id: SYSTEM_UID, name: "System", avatar: "", role: "default" };

interface Known {
  /** Undefined: known not to exist. */
  readonly party: Party | undefined;
  readonly atMs: number;
}

type Fetch = () => Promise<Party | undefined>;

class PartyCache {
  readonly #known = new RecentMap<string, Known>(ENTRIES_MAX);
  readonly #flights = new SingleFlight<string, Party | undefined>();
  readonly #clock: Pick<Clock, "now">;
  /** Counts what was forgotten, so that an answer that was under way then is not taken for a fresh one. */
  #changes = 0;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  get(key: string, fetch: Fetch): Party | undefined | Promise<Party | undefined> {
    const known = this.#known.get(key);
    if (known !== undefined && this.#clock.now() - known.atMs < AGE_MAX_MS) return known.party;
    const changes = this.#changes;
    return this.#flights.run(`${changes}/${key}`, async () => {
      const party = await fetch();
      // What does not exist is not remembered: it may be created any moment.
      if (party !== undefined && changes === this.#changes) this.#known.set(key, { party, atMs: this.#clock.now() });
      return party;
    });
  }

  forget(key: string): void {
    this.#changes += 1;
    this.#known.delete(key);
  }

  forgetAll(): void {
    this.#changes += 1;
    this.#known.clear();
  }
}

export class Directory {
  readonly #clients: MessagingClients;
  readonly #users: PartyCache;
  readonly #groups: PartyCache;

  constructor(clients: MessagingClients, clock: Pick<Clock, "now">) {
    this.#clients = clients;
    this.#users = new PartyCache(clock);
    this.#groups = new PartyCache(clock);
  }

  /** An active user; undefined when there is none. A promise only when nothing fresh is known. */
  user(uid: Uid, context: CallContext): Party | undefined | Promise<Party | undefined> {
    if (uid === SYSTEM_UID) return SYSTEM;
    return this.#users.get(`${context.app}/${uid}`, async () => {
      const { users } = await this.#clients.identity.resolveUsers({ uids: [uid] }, asPeer(context, "messaging"));
      const user = users[0];
      return user === undefined ? undefined : { id: user.uid, name: user.name, avatar: user.avatar, role: user.role };
    });
  }

  /** A group, whoever asks; undefined when there is none. */
  group(guid: Guid, context: CallContext): Party | undefined | Promise<Party | undefined> {
    return this.#groups.get(`${context.app}/${guid}`, async () => {
      const answer = await this.#clients.group.getGroup({ guid }, asPeer(context, "messaging")).catch((error: unknown) => {
        if (error instanceof AppError && error.code === ErrorCode.ERR_GUID_NOT_FOUND) return undefined;
        throw error;
      });
      const group = answer?.group;
      return group === undefined ? undefined : { id: group.guid, name: group.name, avatar: group.icon, role: "" };
    });
  }

  forgetUser(app: AppId, uid: Uid): void {
    this.#users.forget(`${app}/${uid}`);
  }

  forgetGroup(app: AppId, guid: Guid): void {
    this.#groups.forget(`${app}/${guid}`);
  }

  /** Changes may have been missed. */
  forgetAll(): void {
    this.#users.forgetAll();
    this.#groups.forgetAll();
  }
}
