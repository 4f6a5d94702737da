// Fields that several rows share, with the limits of rest.md 5.

import { MemberScope } from "@parlance/proto/group/v1/group";
import { id, json, list, text, url, type Type } from "../schema/index.js";

const METADATA_BYTES_MAX = 5_120;
const TAGS_MAX = 25;
const BULK_MAX = 25;

export const NAME = text({ min: 1, max: 100 });
export const LINK = url();
export const NOTE = text({ max: 255 });
export const METADATA = json(METADATA_BYTES_MAX);
export const TAGS = list(text({ min: 1, max: 100 }), { max: TAGS_MAX });
export const SEARCH_KEY = text({ max: 100 });

/** Some users at once. */
export function uids({ min = 0 } = {}): Type<readonly string[]> {
  return list(id(), { min, max: BULK_MAX });
}

/** Uids of a filter. */
export const FILTER_IDS = list(id(), { max: BULK_MAX });

export const SCOPE_WORDS = {
  admin: MemberScope.ADMIN, moderator: MemberScope.MODERATOR, participant: MemberScope.PARTICIPANT,
} as const;
