import { fail } from "@parlance/platform/errors";
import { roleId, type RoleId } from "@parlance/platform/ids";
import { DEFAULT_ROLE, roleExists } from "./user.js";

const badField = (field: string, problem: string) => fail("ERR_BAD_REQUEST", undefined, { fields: { [field]: problem } });

/** Labels without repeats, in the order given. */
export function tagsFrom(tags: readonly string[]): readonly string[] {
  if (tags.includes("")) throw badField("tags", "has an empty one");
  return [...new Set(tags)];
}

/** `default` when none is named. */
export function roleFrom(role: string): RoleId {
  if (role === "") return DEFAULT_ROLE;
  if (!roleExists(role)) throw fail("ERR_ROLE_NOT_FOUND");
  return roleId(role);
}

/** A name that is given must be one. */
export function nameFrom(name: string | undefined): string | undefined {
  if (name === "") throw badField("name", "is empty");
  return name;
}

const UNSETTABLE: ReadonlySet<string> = new Set(["avatar", "link", "metadata"]);

/** Checks names of fields to clear. */
export function unsetFrom(unset: readonly string[]): ReadonlySet<string> {
  if (!unset.every((field) => UNSETTABLE.has(field))) throw badField("unset", "knows avatar, link and metadata");
  return new Set(unset);
}
