// Pages by number (rest.md 2.11, shape P), and what the RPCs know instead: an offset, or only the length of a first page.

import { fail } from "@parlance/platform/errors";
import { COUNT, entity, oneOf, present, SECONDS } from "../entities/values.js";
import type { JsonObject } from "../input/json-body.js";
import type { Success } from "../routes/route.js";
import { integer, word, type Fields } from "../schema/index.js";

const PER_PAGE_MAX = 1_000;
const ROWS_MAX = 1_000_000;

interface PageQuery {
  readonly page: number | undefined;
  readonly perPage: number | undefined;
}

export interface Page {
  readonly page: number;
  readonly perPage: number;
  readonly offset: number;
}

const PER_PAGE = 100;

export const PAGE = {
  page: integer({ min: 1, max: ROWS_MAX, default: 1 }),
  perPage: integer({ min: 1, max: PER_PAGE_MAX, limit: true, default: PER_PAGE }),
} satisfies Fields;

/** P+C: the cursor by time is not built, so only its direction is read. */
export const CURSORED_PAGE = { ...PAGE, affix: word({ append: "append", prepend: "prepend" }, "append") } satisfies Fields;

export function pageOf({ page = 1, perPage }: PageQuery, standard = PER_PAGE): Page {
  const size = perPage ?? standard;
  if (page * size > ROWS_MAX) throw fail("ERR_BAD_REQUEST", undefined, { fields: { page: `page times perPage is more than ${ROWS_MAX}` } });
  return { page, perPage: size, offset: (page - 1) * size };
}

/** A list; `total` undefined: nobody counted, which is shown as 0 pages. */
export function paged(
  rows: readonly JsonObject[], { page, perPage }: Page, total: number | undefined,
): Success & { readonly meta: JsonObject } {
  const pagination = {
    total: total ?? 0, count: rows.length, per_page: perPage, current_page: page, total_pages: Math.ceil((total ?? 0) / perPage),
  };
  return { data: rows, meta: { pagination } };
}

/** P+C: the cursor of the last row stands in `meta`, and for users and members beside it too. */
export function cursored(success: Success & { readonly meta: JsonObject }, { beside }: { readonly beside: boolean }): Success {
  const last = (success.data as readonly JsonObject[]).at(-1);
  if (last === undefined) return success;
  const cursor = present({ updatedAt: last["updatedAt"] ?? last["createdAt"], affix: "append" });
  return { ...success, meta: { ...success.meta, cursor }, ...(beside ? { cursor } : {}) };
}

/** Rows to ask of an RPC that knows no offset: everything up to the end of the page. */
export function rowsThrough({ page, perPage }: Page): number {
  if (page * perPage > PER_PAGE_MAX) throw fail(
    "ERR_NOT_IMPLEMENTED", `Rows beyond the first ${PER_PAGE_MAX} of this list cannot be reached yet.`,
  );
  return page * perPage;
}

/** The page of a list that begins at the first row. Its end tells the total. */
export function sliced<T>(
  rows: readonly T[], { offset, perPage }: Page, isWhole: boolean,
): { readonly rows: readonly T[]; readonly total: number | undefined } {
  return { rows: rows.slice(offset, offset + perPage), total: isWhole ? rows.length : undefined };
}

export const PAGINATION = entity(
  { total: COUNT, count: COUNT, per_page: COUNT, current_page: COUNT, total_pages: COUNT },
  ["total", "count", "per_page", "current_page", "total_pages"],
);
export const CURSOR = entity({ updatedAt: SECONDS, affix: oneOf("append", "prepend") }, ["affix"]);
export const PAGE_META = entity({ pagination: PAGINATION }, ["pagination"]);
export const CURSORED_META = entity({ pagination: PAGINATION, cursor: CURSOR }, ["pagination"]);
