import { Direction } from "@parlance/proto/messaging/v1/rpc";
import { describe, expect, it } from "vitest";
import { historyMeta, startOf } from "./history.js";
import { cursored, pageOf, paged, rowsThrough, sliced } from "./page.js";

const none = { id: undefined, affix: undefined, sentAt: undefined, limit: undefined };

describe("a page by number", () => {
  it("becomes an offset, bounded as a whole", () => {
    expect(pageOf({ page: undefined, perPage: undefined })).toEqual({ page: 1, perPage: 100, offset: 0 });
    expect(pageOf({ page: 3, perPage: 20 })).toEqual({ page: 3, perPage: 20, offset: 40 });
    expect(pageOf({ page: 1_000, perPage: 1_000 }).offset).toBe(999_000);
    expect(() => pageOf({ page: 1_001, perPage: 1_000 })).toThrow(expect.objectContaining({ name: "ERR_BAD_REQUEST" }) as Error);
  });

  it("counts pages, and says 0 where nobody counted", () => {
    const page = pageOf({ page: 2, perPage: 2 });
    expect(
      paged([{ uid: "carol" }], page, 3).meta,
    ).toEqual({ pagination: { total: 3, count: 1, per_page: 2, current_page: 2, total_pages: 2 } });
    expect(
      paged([{ uid: "carol" }], page, undefined).meta,
    ).toEqual({ pagination: { total: 0, count: 1, per_page: 2, current_page: 2, total_pages: 0 } });
  });

  it("is cut from a list that begins at its first row; the end tells the total", () => {
    const page = pageOf({ page: 2, perPage: 2 });
    expect(rowsThrough(page)).toBe(4);
    expect(sliced(["a", "b", "c"], page, true)).toEqual({ rows: ["c"], total: 3 });
    expect(sliced(["a", "b", "c", "d"], page, false)).toEqual({ rows: ["c", "d"], total: undefined });
    expect(() => rowsThrough(pageOf({ page: 11, perPage: 100 }))).toThrow(
      expect.objectContaining({ name: "ERR_NOT_IMPLEMENTED" }) as Error,
    );
  });

  it("shows the time of its last row as cursor, beside meta too where clients look there", () => {
    const success = paged([{ createdAt: 1, updatedAt: 9 }, { createdAt: 5 }], pageOf({ page: 1, perPage: 2 }), 2);
    expect(
      cursored(success, { beside: true }),
    ).toMatchObject({ cursor: { updatedAt: 5, affix: "append" }, meta: { cursor: { updatedAt: 5 } } });
    expect(cursored(success, { beside: false })).not.toHaveProperty("cursor");
    expect(cursored(paged([], pageOf({ page: 9, perPage: 2 }), 2), { beside: true })).not.toHaveProperty("cursor");
  });
});

describe("a page of history", () => {
  it("starts at the oldest going up, at the newest going down", () => {
    expect(startOf(none)).toEqual({ direction: Direction.NEXT, messageId: 0, atMs: 0, fromStart: true });
    expect(startOf({ ...none, affix: "prepend" })).toEqual({ direction: Direction.PREVIOUS, messageId: 0, atMs: 0, fromStart: false });
  });

  it("begins at an id rather than a second, and strictly outside the second", () => {
    expect(startOf({ ...none, id: 7, sentAt: 5 })).toEqual({ direction: Direction.NEXT, messageId: 7, atMs: 0, fromStart: false });
    expect(startOf({ ...none, sentAt: 5 })).toMatchObject({ direction: Direction.NEXT, atMs: 5_999 });
    expect(startOf({ ...none, sentAt: 5, affix: "prepend" })).toMatchObject({ direction: Direction.PREVIOUS, atMs: 5_000 });
    expect(startOf({ ...none, sentAt: 0, affix: "prepend" })).toMatchObject({ direction: Direction.PREVIOUS, atMs: 1 });
  });

  const page = [{ id: 1, sentAtMs: 1_999 }, { id: 2, sentAtMs: 2_000 }, { id: 3, sentAtMs: 3_001 }];
  const [newer, older] = [{ affix: "append", sentAt: 3, id: "3" }, { affix: "prepend", sentAt: 1, id: "1" }];

  it("goes on in the direction asked for, and back in the other", () => {
    expect(historyMeta(page, 3, "append")).toEqual({ current: { limit: 3, count: 3 }, next: newer, previous: older });
    expect(historyMeta(page, 3, "prepend")).toEqual({ current: { limit: 3, count: 3 }, next: older, previous: newer });
    expect(historyMeta([], 3)).toEqual({ current: { limit: 3, count: 0 } });
  });

  it("misses and repeats nothing for a client that hands next back", () => {
    const log = Array.from({ length: 23 }, (_, at) => ({ id: at + 1, sentAtMs: 1_000 * at }));
    const seen: number[] = [];
    let query: Parameters<typeof startOf>[0] = { ...none, affix: "prepend" };
    for (;;) {
      const { messageId } = startOf(query);
      const below = log.filter(({ id }) => messageId === 0 || id < messageId).slice(-5);
      seen.unshift(...below.map(({ id }) => id));
      const next = historyMeta(below, 5, "prepend")["next"] as { readonly id: string } | undefined;
      if (next === undefined) break;
      query = { ...query, id: Number(next.id) };
    }
    expect(seen).toEqual(log.map(({ id }) => id));
  });
});
