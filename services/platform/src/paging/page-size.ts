export interface PageSizes {
  readonly default: number;
  readonly max: number;
}

/** Sizes of a list that says nothing else (chat.md 34). */
export const PAGE_SIZES: PageSizes = { default: 100, max: 1_000 };

/** The size of a page: the default when none is asked for, never above the maximum. */
export function pageSizeOf(asked: number, { default: standard, max }: PageSizes = PAGE_SIZES): number {
  return asked > 0 ? Math.min(Math.floor(asked), max) : standard;
}

/** Rows a list may skip; deeper pages are reached by token. */
export const OFFSET_MAX = 1_000_000;

export function offsetOf(asked: number): number {
  return asked > 0 ? Math.min(Math.floor(asked), OFFSET_MAX) : 0;
}

/**
 * Cuts what a store returned for `pageSize + 1` into the page and whether more follows, so that no list needs a
 * second query to know its end.
 */
export function cutPage<T>(
  rows: readonly T[],
  pageSize: number,
): { readonly page: readonly T[]; readonly more: boolean } {
  return { page: rows.slice(0, pageSize), more: rows.length > pageSize };
}
