import { fail } from "@parlance/platform/errors";

const badField = (field: string, problem: string) => fail("ERR_BAD_REQUEST", undefined, { fields: { [field]: problem } });

/** A name must show something. */
export function nameFrom(name: string): string {
  if (name.trim() === "") throw badField("name", "is empty");
  return name;
}

/** Labels without repeats, in the order given. */
export function tagsFrom(tags: readonly string[]): readonly string[] {
  if (tags.includes("")) throw badField("tags", "has an empty one");
  return [...new Set(tags)];
}

const UNSETTABLE: ReadonlySet<string> = new Set(["icon", "description", "metadata"]);

/** Checks names of fields to clear. */
export function unsetFrom(unset: readonly string[]): ReadonlySet<string> {
  if (!unset.every((field) => UNSETTABLE.has(field))) throw badField("unset", "knows icon, description and metadata");
  return new Set(unset);
}
