// Where users are members. Every user who connects asks, and when all come back at once they are read together: three queries
// for many users, not three for each.
import { Together } from "@parlance/platform/mongo";
import { guid, type AppId, type Guid, type Uid } from "@parlance/platform/ids";
import { homeOf, partsOfHome, personKey, userKey, type Collections, type PersonDoc } from "./documents.js";
import { placesOf } from "./places.js";
import { peopleOf, settledOutlines, type Outline } from "./settling.js";

interface UserOfApp {
  readonly app: AppId;
  readonly uid: Uid;
}

/** By the id of the group. */
type MembershipsOfUser = ReadonlyMap<string, PersonDoc>;

/** Each may be in thousands of groups, and all of those are named in one query. */
const USERS_A_READ = 50;
/** Far above what the calls of all gateways may have under way. */
const WAITING_MAX = 50_000;

export class Memberships {
  readonly #together: Together<UserOfApp, MembershipsOfUser>;

  constructor(all: Collections) {
    this.#together = new Together({ read: (users) => read(all, users), batchMax: USERS_A_READ, waitingMax: WAITING_MAX });
  }

  async guidsOf(app: AppId, uid: Uid): Promise<readonly Guid[]> {
    return [...(await this.#together.read({ app, uid })).keys()].map((id) => guid(id.slice(app.length + 1)));
  }
}

/** Of one user, for whoever is not one of many at once. */
export async function membershipsOf(all: Collections, app: AppId, uid: Uid): Promise<MembershipsOfUser> {
  return (await read(all, [{ app, uid }]))[0]!;
}

async function read(all: Collections, users: readonly UserOfApp[]): Promise<readonly MembershipsOfUser[]> {
  const places = await placesOf(all, users.map(({ app, uid }) => userKey(app, uid)));
  const homes = places.map((each) => each.map(({ home }) => home));
  const groups = await settledOutlines(all, homes.flat().map((home) => partsOfHome(home).groupId));
  const there = homes.map((each) => each.filter((home) => isAt(groups.get(partsOfHome(home).groupId), home)));
  const wanted = there.flatMap((each, n) => each.map((home) => ({ home, uid: users[n]!.uid })));
  const people = new Map((await peopleOf(all, wanted)).map((person) => [person._id, person]));
  return there.map((each, n) => membershipsAt(each, users[n]!.uid, people));
}

function isAt(doc: Outline | undefined, home: string): boolean {
  return doc?.group !== undefined && homeOf(doc) === home;
}

function membershipsAt(homes: readonly string[], uid: Uid, people: ReadonlyMap<string, PersonDoc>): MembershipsOfUser {
  const found = homes.flatMap((home) => people.get(personKey(home, uid)) ?? []);
  return new Map(found.filter(({ kind }) => kind === "m").map((person) => [partsOfHome(person.home).groupId, person]));
}
