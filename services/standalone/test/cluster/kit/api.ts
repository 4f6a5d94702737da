// What an app's server does over REST before and during a run.
import type { Society } from "../../faults/kit/pairs.js";

export interface AppKeys {
  readonly appId: string;
  readonly restApiKey: string;
}

const MEMBERS_A_CALL = 25;

interface CreatedApp {
  readonly id: string;
  readonly apiKeys: readonly { readonly apiKey: string; readonly scope: string }[];
}

/** Makes another app on the same platform. */
export async function createApp(url: string, adminKey: string, name: string): Promise<AppKeys> {
  const response = await fetch(`${url}/management/v1/apps`, {
    method: "POST", headers: { "content-type": "application/json", adminkey: adminKey }, body: JSON.stringify({ name }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the app ${name} was not made: ${response.status} ${text}`);
  const { data } = JSON.parse(text) as { readonly data: CreatedApp };
  const full = data.apiKeys.find(({ scope }) => scope === "fullAccess");
  if (full === undefined) throw new Error(`the app ${name} has no key with full access`);
  return { appId: data.id, restApiKey: full.apiKey };
}

export class AppApi {
  /** `url`: of any gateway, asked anew for every call. */
  constructor(readonly app: AppKeys, private readonly url: () => string) {}

  async post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${this.url()}${path}`, {
      method: "POST", body: JSON.stringify(body),
      headers: { "content-type": "application/json", apikey: this.app.restApiKey, ...headers },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path} was answered with ${response.status} ${text}`);
    return (JSON.parse(text) as { readonly data: Readonly<Record<string, unknown>> }).data;
  }

  async user(uid: string, name = uid): Promise<void> {
    await this.post("/v3/users", { uid, name });
  }

  /** A new token's value. */
  async token(uid: string): Promise<string> {
    return String((await this.post(`/v3/users/${uid}/auth_tokens`, {}))["authToken"]);
  }

  /** A public group; the first member owns it. */
  async group(guid: string, members: readonly string[], name = guid): Promise<void> {
    const [owner = "", ...participants] = members;
    await this.post("/v3/groups", { guid, name, type: "public", owner, members: { participants: participants.slice(0, MEMBERS_A_CALL) } });
  }

  /** Makes the people and groups of a run, whose names begin with the mark; answers tokens by uid. */
  async populate({ uids, groups }: Society, mark = ""): Promise<ReadonlyMap<string, string>> {
    const tokens = await Promise.all(uids.map(async (uid) => {
      await this.user(uid, mark + uid);
      return [uid, await this.token(uid)] as const;
    }));
    for (const { guid, members } of groups) await this.group(guid, members, mark + guid);
    return new Map(tokens);
  }
}
