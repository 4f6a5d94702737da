import { MemberScope } from "@parlance/proto/group/v1/group";
import { TestPlatform } from "../../testing/test-platform.js";
import type { Society } from "./pairs.js";

export interface Prepared {
  readonly app: string;
  readonly tokens: ReadonlyMap<string, string>;
}

const MEMBERS_A_CALL = 25;

/** Makes an app with people, groups and tokens through the API. */
export async function populate(platform: TestPlatform, { uids, groups }: Society): Promise<Prepared> {
  const { appId } = await platform.app();
  await platform.users(appId, ...uids);
  for (const { guid, members } of groups) {
    await platform.publicGroup(appId, guid, ...members.slice(0, MEMBERS_A_CALL));
    for (let from = MEMBERS_A_CALL; from < members.length; from += MEMBERS_A_CALL) {
      const more = members.slice(from, from + MEMBERS_A_CALL).map((uid) => ({ uid, scope: MemberScope.PARTICIPANT }));
      await platform.group.addMembers({ guid, members: more, bannedUids: [] }, platform.server(appId));
    }
  }
  const tokens = new Map<string, string>();
  for (const uid of uids) tokens.set(uid, await platform.token(appId, uid));
  return { app: appId, tokens };
}

/** The same in a folder, for a server that is started over it later. */
export async function prepareFolder(path: string, society: Society): Promise<Prepared> {
  const platform = await TestPlatform.start({ env: { PARLANCE_STANDALONE_DATA: path } });
  try {
    const prepared = await populate(platform, society);
    await platform.settle();
    return prepared;
  } finally {
    await platform.stop();
  }
}
