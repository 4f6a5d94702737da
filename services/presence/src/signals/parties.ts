import { LruMap } from "@parlance/platform/limits";
import type { AppId, Uid } from "@parlance/platform/ids";
import type { Log } from "@parlance/platform/log";
import type { OutgoingContext } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import { Party } from "@parlance/proto/messaging/v1/message";
import type { User } from "@parlance/proto/identity/v1/identity";
import type { PresenceClients } from "../clients.js";

const FRESH_MS = 60_000;
const ASK_MAX = 1_000;
const DEADLINE_MS = 2_000;

export interface PartiesOptions {
  readonly identity: PresenceClients["identity"];
  readonly clock: Pick<Clock, "monotonic">;
  readonly entriesMax: number;
  readonly log: Log;
}

interface Known {
  readonly party: Party;
  readonly untilMs: number;
}

const partyOf = ({ uid, name, avatar, role }: User): Party => ({ id: uid, name, avatar, role });

/** Names and pictures for signals, remembered for a minute. Signals matter more than names: without identity only the uid is told. */
export class Parties {
  readonly #options: PartiesOptions;
  readonly #known: LruMap<string, Known>;
  /** Counts what was forgotten, so that an answer that was under way then is not kept. */
  #changes = 0;
  #asked = 0;

  constructor(options: PartiesOptions) {
    this.#options = options;
    this.#known = new LruMap(options.entriesMax);
  }

  async one(app: AppId, uid: Uid, traceParent?: string): Promise<Party> {
    return (await this.all(app, [uid], traceParent)).get(uid) ?? Party.fromPartial({ id: uid });
  }

  /** An entry for every uid. */
  async all(app: AppId, uids: readonly Uid[], traceParent?: string): Promise<ReadonlyMap<Uid, Party>> {
    const answer = new Map<Uid, Party>();
    const missing: Uid[] = [];
    for (const uid of uids) {
      const known = this.#known.get(`${app}/${uid}`);
      if (known !== undefined && known.untilMs > this.#options.clock.monotonic()) answer.set(uid, known.party);
      else missing.push(uid);
    }
    const context: OutgoingContext = { app, caller: { kind: "internal", peer: "presence" }, requestId: "", traceParent, deadlineMs: DEADLINE_MS };
    for (let at = 0; at < missing.length; at += ASK_MAX) await this.#ask(context, missing.slice(at, at + ASK_MAX), answer);
    return answer;
  }

  /** A user has changed. */
  forget(app: AppId, uid: Uid): void {
    this.#changes += 1;
    this.#known.delete(`${app}/${uid}`);
  }

  /** Changes may have been missed. */
  forgetAll(): void {
    this.#changes += 1;
    this.#known.clear();
  }

  async #ask(context: OutgoingContext, uids: Uid[], answer: Map<Uid, Party>): Promise<void> {
    const changes = this.#changes;
    const users = await this.#resolve(context, uids);
    const byUid = new Map(users.map((user) => [user.uid, user]));
    for (const uid of uids) {
      const user = byUid.get(uid);
      const party = user === undefined ? Party.fromPartial({ id: uid }) : partyOf(user);
      answer.set(uid, party);
      if (user !== undefined && changes === this.#changes) this.#remember(context.app, uid, party);
    }
  }

  #remember(app: AppId, uid: Uid, party: Party): void {
    this.#known.set(`${app}/${uid}`, { party, untilMs: this.#options.clock.monotonic() + FRESH_MS });
  }

  async #resolve(context: OutgoingContext, uids: string[]): Promise<readonly User[]> {
    const { identity, log } = this.#options;
    this.#asked += 1;
    const requestId = `presence-${this.#asked}`;
    try {
      const { users } = await identity.resolveUsers({ uids }, { ...context, requestId });
      return users;
    } catch (error) {
      log.warn({ error, requestId }, "names unknown");
      return [];
    }
  }
}
