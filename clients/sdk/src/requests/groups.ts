import type { GroupTypeName, ScopeName } from "../constants.js";
import { rpcs } from "../engine/rpcs.js";
import { toBanned, toGroup, toMember, type Group, type GroupMember } from "../model/group.js";
import { groupTypeToWire, scopeToWire } from "../model/wire.js";
import type { Root } from "../root.js";
import { checkLimit, PagedRequest } from "./paged-request.js";

const LIMIT_MAX = 100;

/** chat.md 9.3, 31. */
export class GroupsRequestBuilder {
  readonly #root: Root;
  #limit = 30;
  #filters = { searchKey: "", joinedOnly: false, tags: [] as string[], withTags: false };
  #types: readonly GroupTypeName[] = [];

  constructor(root: Root) {
    this.#root = root;
  }

  setLimit(limit: number): this {
    this.#limit = limit;
    return this;
  }

  setSearchKeyword(searchKey: string): this {
    this.#filters = { ...this.#filters, searchKey };
    return this;
  }

  /** Alias of setSearchKeyword. */
  setSearchKeyWord(searchKey: string): this {
    return this.setSearchKeyword(searchKey);
  }

  joinedOnly(joinedOnly: boolean): this {
    this.#filters = { ...this.#filters, joinedOnly };
    return this;
  }

  setTags(tags: readonly string[]): this {
    this.#filters = { ...this.#filters, tags: [...tags] };
    return this;
  }

  withTags(withTags: boolean): this {
    this.#filters = { ...this.#filters, withTags };
    return this;
  }

  setTypes(types: readonly GroupTypeName[]): this {
    this.#types = types;
    return this;
  }

  build(): PagedRequest<Group> {
    const limit = this.#limit;
    const filters = { ...this.#filters, types: this.#types.map(groupTypeToWire), pageSize: limit };
    return new PagedRequest(async (pageToken) => {
      checkLimit(limit, LIMIT_MAX);
      const { groups, nextPageToken } = await this.#root.session().calls.invoke(rpcs.listGroups, { ...filters, pageToken });
      return { items: groups.map(toGroup), nextPageToken };
    });
  }
}

/** By scope rank, name, uid (chat.md 10.4). */
export class GroupMembersRequestBuilder {
  readonly #root: Root;
  readonly #guid: string;
  #limit = 30;
  #searchKey = "";
  #scopes: readonly ScopeName[] = [];

  constructor(root: Root, guid: string) {
    this.#root = root;
    this.#guid = guid;
  }

  setLimit(limit: number): this {
    this.#limit = limit;
    return this;
  }

  setSearchKeyword(searchKey: string): this {
    this.#searchKey = searchKey;
    return this;
  }

  setScopes(scopes: readonly ScopeName[]): this {
    this.#scopes = scopes;
    return this;
  }

  build(): PagedRequest<GroupMember> {
    const limit = this.#limit;
    const filters = { guid: this.#guid, searchKey: this.#searchKey, scopes: this.#scopes.map(scopeToWire), pageSize: limit };
    return new PagedRequest(async (pageToken) => {
      checkLimit(limit, LIMIT_MAX);
      const { members, nextPageToken } = await this.#root.session().calls.invoke(rpcs.listMembers, { ...filters, pageToken });
      return { items: members.map(toMember), nextPageToken };
    });
  }
}

/** Newest ban first (chat.md 10.4). */
export class BannedGroupMembersRequestBuilder {
  readonly #root: Root;
  readonly #guid: string;
  #limit = 30;
  #searchKey = "";

  constructor(root: Root, guid: string) {
    this.#root = root;
    this.#guid = guid;
  }

  setLimit(limit: number): this {
    this.#limit = limit;
    return this;
  }

  setSearchKeyword(searchKey: string): this {
    this.#searchKey = searchKey;
    return this;
  }

  build(): PagedRequest<GroupMember> {
    const limit = this.#limit;
    const filters = { guid: this.#guid, searchKey: this.#searchKey, pageSize: limit };
    return new PagedRequest(async (pageToken) => {
      checkLimit(limit, LIMIT_MAX);
      const { bans, nextPageToken } = await this.#root.session().calls.invoke(rpcs.listBans, { ...filters, pageToken });
      return { items: bans.map(toBanned), nextPageToken };
    });
  }
}
