// Who a credential stands for, cheaply. Tokens and acting users are remembered for a minute and forgotten when this
// process changes them or an event says that another one has. There are few keys, so they are simply asked for again
// every two seconds: that is how fast the end of a key must be felt everywhere.

import type { AppId, Uid } from "@parlance/platform/ids";
import type { Counter, Metrics } from "@parlance/platform/metrics";
import type { Clock } from "@parlance/platform/time";
import { hashOf } from "../domain/credential.js";
import type { UserRecord } from "../domain/user.js";
import type { FoundToken, IdentityStores, KeyStore } from "../store/ports.js";
import { CredentialCache } from "./credential-cache.js";

type FoundKey = NonNullable<Awaited<ReturnType<KeyStore["findByHash"]>>>;

const USER_AGE_MAX_MS = 60_000;
const KEY_AGE_MAX_MS = 2_000;
const KEYS_MAX = 10_000;

export interface CredentialsOptions {
  readonly stores: Pick<IdentityStores, "keys" | "tokens" | "users">;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly entriesMax: number;
}

const userName = (app: AppId, uid: Uid) => `${app}/${uid}`;

export class Credentials {
  readonly #stores: CredentialsOptions["stores"];
  readonly #reads: Counter;
  readonly #tokens: CredentialCache<FoundToken>;
  readonly #users: CredentialCache<UserRecord>;
  readonly #keys: CredentialCache<FoundKey>;

  constructor({ stores, clock, metrics, entriesMax }: CredentialsOptions) {
    this.#stores = stores;
    this.#reads = metrics.counter({
      name: "parlance_identity_credential_reads_total", help: "Credentials the store was asked for", labels: ["kind"],
    });
    this.#tokens = new CredentialCache({ clock, entriesMax, ageMaxMs: USER_AGE_MAX_MS });
    this.#users = new CredentialCache({ clock, entriesMax, ageMaxMs: USER_AGE_MAX_MS });
    this.#keys = new CredentialCache({ clock, entriesMax: KEYS_MAX, ageMaxMs: KEY_AGE_MAX_MS });
  }

  /** By its value; undefined when there is none. */
  token(value: string): Promise<FoundToken | undefined> {
    const hash = hashOf(value);
    const ownerOf = ({ app, user }: FoundToken) => userName(app.appId, user.uid);
    return this.#tokens.get(hash, ownerOf, () => this.#read("token", this.#stores.tokens.findByHash(hash)));
  }

  /** By its value; undefined when there is none. */
  key(value: string): Promise<FoundKey | undefined> {
    const hash = hashOf(value);
    return this.#keys.get(hash, ({ app }) => app.appId, () => this.#read("key", this.#stores.keys.findByHash(hash)));
  }

  /** A user an API key acts for. */
  user(app: AppId, uid: Uid): Promise<UserRecord | undefined> {
    const name = userName(app, uid);
    return this.#users.get(name, () => name, () => this.#read("user", this.#stores.users.get(app, uid)));
  }

  /** To be called after a change of a user or its tokens, before it is answered. */
  forgetUser(app: AppId, uid: Uid): void {
    this.#tokens.forget(userName(app, uid));
    this.#users.forget(userName(app, uid));
  }

  /** To be called after a key has ended, before that is answered. */
  forgetKeys(app: AppId): void {
    this.#keys.forget(app);
  }

  /** Changes elsewhere may have been missed. */
  forgetAll(): void {
    for (const cache of [this.#tokens, this.#users, this.#keys]) cache.forgetAll();
  }

  #read<R>(kind: string, answer: Promise<R>): Promise<R> {
    this.#reads.inc({ kind });
    return answer;
  }
}
