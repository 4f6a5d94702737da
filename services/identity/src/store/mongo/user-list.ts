// User lists: filters of constant shape with texts and numbers of the request as values only (M6, S21). The order walks an
// index from a position; a search or tags give candidates from the index of terms.
import type { AppId } from "@parlance/platform/ids";
import type { Filter, Sort } from "@parlance/platform/mongo";
import type { UserFilter, UserOrder, UserPosition, UserQuery } from "../ports.js";
import type { UserDoc } from "./documents.js";
import { startsWith } from "./ranges.js";

const SEARCH_KINDS = { uid: "u", name: "n" } as const;

export function userFilter(app: AppId, filter: UserFilter, position: readonly Filter<UserDoc>[] = []): Filter<UserDoc> {
  const { online, roles, uids, viewer, withDeactivated } = filter;
  return {
    $and: [
      { app },
      ...searchParts(filter),
      ...(uids.length === 0 ? [] : [{ uid: { $in: [...uids] } }]),
      ...(roles.length === 0 ? [] : [{ role: { $in: [...roles] } }]),
      ...(withDeactivated ? [] : [{ deactivatedAtMs: 0 }]),
      ...(online === undefined ? [] : [{ offline: online ? 0 : 1 }]),
      ...(viewer === undefined ? [] : [{ uid: { $ne: viewer } }]),
      ...position,
    ],
  };
}

function searchParts({ searchKey, searchIn, tags }: UserFilter): Filter<UserDoc>[] {
  const parts: Filter<UserDoc>[] = [];
  if (searchKey !== "") {
    const fields = searchIn.length === 0 ? (["uid", "name"] as const) : searchIn;
    // $elemMatch: one term in the range, not one above its start and another below its end.
    parts.push({ $or: fields.map((field) => ({ terms: { $elemMatch: startsWith(`${SEARCH_KINDS[field]}:${searchKey}`) } })) });
  }
  if (tags.length > 0) parts.push({ terms: { $in: tags.map((tag) => `t:${tag}`) } });
  return parts;
}

type OrderField = "offline" | "foldedName" | "createdAtMs" | "uid";

const ORDERS: { readonly [O in UserOrder]: readonly OrderField[] } = {
  status: ["offline", "foldedName", "uid"],
  name: ["foldedName", "uid"],
  uid: ["uid"],
  createdAt: ["createdAtMs", "uid"],
};

export function userSort({ order, descending }: UserQuery): Sort {
  return ORDERS[order].map((field) => [field, descending ? -1 : 1] as const);
}

/** Equal in the first fields and behind in the next, for each number of first fields. */
export function behind({ order, descending, after }: UserQuery): Filter<UserDoc>[] {
  if (after === undefined) return [];
  const values = valuesOf(after);
  const fields = ORDERS[order];
  const ways = fields.map((field, at) => ({
    ...Object.fromEntries(fields.slice(0, at).map((before) => [before, values[before]])),
    [field]: descending ? { $lt: values[field] } : { $gt: values[field] },
  }));
  return [{ $or: ways }];
}

function valuesOf({ online, foldedName, createdAtMs, uid }: UserPosition): Readonly<Record<OrderField, string | number>> {
  return { offline: online ? 0 : 1, foldedName, createdAtMs, uid };
}
