// Users, tokens and groups of the load, through the REST API, as an app's server makes them.

import type { Account } from "../load/client.js";
import type { Credentials } from "./server.js";

const AT_ONCE = 16;
/** Members that one request may add. */
const MEMBERS_AT_ONCE = 25;

export class Preparation {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ restUrl, restApiKey, appId }: Credentials) {
    this.#url = restUrl;
    this.#headers = { apikey: restApiKey, appid: appId, "content-type": "application/json" };
  }

  /** Users `<prefix>-1` … with a token each. */
  async users(prefix: string, count: number): Promise<Account[]> {
    const accounts: Account[] = [];
    for (let from = 0; from < count; from += AT_ONCE) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => from + at + 1);
      accounts.push(...await Promise.all(numbers.map((number) => this.#user(`${prefix}-${number}`))));
    }
    return accounts;
  }

  /** A public group; the first account owns it. */
  async group(guid: string, accounts: readonly Account[]): Promise<void> {
    const [owner, ...others] = accounts.map(({ uid }) => uid);
    await this.#post("/groups", { guid, name: guid, type: "public", owner });
    for (let from = 0; from < others.length; from += MEMBERS_AT_ONCE) {
      const participants = others.slice(from, from + MEMBERS_AT_ONCE);
      const { participants: results } = await this.#post(`/groups/${guid}/members`, { participants }) as MembersAdded;
      if (!participants.every((uid) => results[uid]?.success === true)) throw new Error("not all members were added");
    }
  }

  async #user(uid: string): Promise<Account> {
    const user = await this.#post("/users", { uid, name: uid, withAuthToken: true }) as { readonly authToken?: string };
    if (user.authToken === undefined) throw new Error("no token came with the new user");
    return { uid, token: user.authToken };
  }

  async #post(path: string, body: object): Promise<unknown> {
    const answer = await fetch(`${this.#url}${path}`, { method: "POST", headers: this.#headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`POST ${path} was answered with ${answer.status}: ${text}`);
    return (JSON.parse(text) as { readonly data: unknown }).data;
  }
}

interface MembersAdded {
  readonly participants: Readonly<Record<string, { readonly success: boolean }>>;
}
