import { fail } from "@parlance/platform/errors";
import type { AppId, Uid } from "@parlance/platform/ids";
import { KeyedBuckets } from "@parlance/platform/limits";
import type { Clock } from "@parlance/platform/time";
import type { GroupRecord } from "../domain/group.js";
import type { GroupStore } from "../store/ports.js";
import type { PasswordHasher } from "./hasher.js";

const KEYS_MAX = 100_000;
const MINUTE_SECONDS = 60;

export interface PasswordGateOptions {
  readonly groups: Pick<GroupStore, "replacePassword">;
  readonly hasher: Pick<PasswordHasher, "hash" | "verify">;
  readonly clock: Pick<Clock, "monotonic">;
  readonly triesPerMinute: number;
  readonly triesPerGroupPerMinute: number;
}

/** The door of a password group (chat.md 9.3, S26). */
export class PasswordGate {
  readonly #options: PasswordGateOptions;
  readonly #ofUsers: KeyedBuckets;
  readonly #ofGroups: KeyedBuckets;

  constructor(options: PasswordGateOptions) {
    this.#options = options;
    const perMinute = (tries: number) =>
      new KeyedBuckets({ keysMax: KEYS_MAX, burst: tries, ratePerSecond: tries / MINUTE_SECONDS }, options.clock);
    this.#ofUsers = perMinute(options.triesPerMinute);
    this.#ofGroups = perMinute(options.triesPerGroupPerMinute);
  }

  /** Throws unless the password is right; every try counts. */
  async enter(app: AppId, group: GroupRecord, uid: Uid, password: string): Promise<void> {
    take(this.#ofUsers, `${app}/${group.guid}/${uid}`);
    take(this.#ofGroups, `${app}/${group.guid}`);
    if (password === "") throw fail("ERR_EMPTY_GROUP_PASS");
    const { hasher, groups } = this.#options;
    const { matches, outdated } = await hasher.verify(password, group.passwordHash);
    if (!matches) throw fail("ERR_WRONG_GROUP_PASS");
    if (outdated) await groups.replacePassword(app, group.guid, { from: group.passwordHash, to: await hasher.hash(password) });
  }
}

function take(buckets: KeyedBuckets, key: string): void {
  if (!buckets.take(key)) throw fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: buckets.retryAfterMs(key) });
}
