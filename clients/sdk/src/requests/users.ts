import { UserSort, UserStatus } from "@parlance/proto/identity/v1/identity";
import type { StatusName } from "../constants.js";
import { rpcs } from "../engine/rpcs.js";
import { toUser, type User } from "../model/user.js";
import { statusToWire } from "../model/wire.js";
import type { Root } from "../root.js";
import { checkLimit, PagedRequest } from "./paged-request.js";

interface Filters {
  limit: number;
  searchKey: string;
  searchIn: string[];
  status: StatusName | undefined;
  roles: string[];
  tags: string[];
  withTags: boolean;
  uids: string[];
  sort: UserSort;
  descending: boolean;
}

const sorts: Readonly<Record<string, UserSort>> = {
  name: UserSort.NAME, uid: UserSort.UID, createdAt: UserSort.CREATED_AT,
};

/** chat.md 6, 31. */
export class UsersRequestBuilder {
  readonly #root: Root;
  readonly #filters: Filters = {
    limit: 30, searchKey: "", searchIn: [], status: undefined, roles: [], tags: [], withTags: false, uids: [],
    sort: UserSort.UNSPECIFIED, descending: false,
  };

  constructor(root: Root) {
    this.#root = root;
  }

  setLimit(limit: number): this {
    return this.#with({ limit });
  }

  setSearchKeyword(searchKey: string): this {
    return this.#with({ searchKey });
  }

  /** `uid`, `name`; both when not set. */
  searchIn(searchIn: readonly ("uid" | "name")[]): this {
    return this.#with({ searchIn: [...searchIn] });
  }

  setUserStatus(status: StatusName): this {
    return this.#with({ status });
  }

  /** Alias of setUserStatus. */
  setStatus(status: StatusName): this {
    return this.setUserStatus(status);
  }

  setRole(role: string): this {
    return this.setRoles([role]);
  }

  setRoles(roles: readonly string[]): this {
    return this.#with({ roles: [...roles] });
  }

  setTags(tags: readonly string[]): this {
    return this.#with({ tags: [...tags] });
  }

  withTags(withTags: boolean): this {
    return this.#with({ withTags });
  }

  /** At most 25. */
  setUIDs(uids: readonly string[]): this {
    return this.#with({ uids: [...uids] });
  }

  /** `name`, `uid`, `createdAt`; without it online users come first. */
  sortBy(field: string): this {
    return this.#with({ sort: sorts[field] ?? UserSort.UNSPECIFIED });
  }

  sortByOrder(order: "asc" | "desc"): this {
    return this.#with({ descending: order === "desc" });
  }

  build(): PagedRequest<User> {
    const { limit, status, ...filters } = { ...this.#filters };
    return new PagedRequest(async (pageToken) => {
      checkLimit(limit, 100);
      const { users, nextPageToken } = await this.#root.session().calls.invoke(rpcs.listUsers, {
        ...filters, pageSize: limit, pageToken, status: status === undefined ? UserStatus.UNSPECIFIED : statusToWire(status),
      });
      return { items: users.map(toUser), nextPageToken };
    });
  }

  #with(change: Partial<Filters>): this {
    Object.assign(this.#filters, change);
    return this;
  }
}
