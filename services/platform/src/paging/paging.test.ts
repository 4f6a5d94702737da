import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutPage, decodeToken, encodeToken, offsetOf, pageSizeOf, pageStart } from "./index.js";

const refused = expect.objectContaining({ name: "ERR_BAD_REQUEST", fields: { pageToken: expect.any(String) as string } }) as Error;

describe("page tokens", () => {
  it("bring back the values they were made of", () => {
    const values = fc.array(fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.maxSafeInteger()), { maxLength: 8 });
    fc.assert(fc.property(values, (start) => {
      const token = encodeToken(start);
      expect(token).toMatch(/^[\w-]*$/);
      expect(decodeToken(token)).toEqual(start.map((value) => (Object.is(value, -0) ? 0 : value)));
    }));
  });

  it("refuse what was not made here", () => {
    const foreign = [
      "", "%%%", "x".repeat(3_000), encodeToken(Array.from({ length: 9 }, () => 1)),
      ...['{"$gt":""}', '[{"$gt":""}]', "[[1]]", "[null]", "[1.5]", "[1e999]", "5", "[", "[true]"]
        .map((json) => Buffer.from(json).toString("base64url")),
    ];
    for (const token of foreign) expect(() => decodeToken(token)).toThrow(refused);
  });

  it("refuse any text with a bad-request error and nothing else", () => {
    fc.assert(fc.property(fc.string(), (text) => {
      let outcome: unknown = refused;
      try {
        decodeToken(text);
      } catch (error) {
        outcome = error;
      }
      expect(outcome).toEqual(refused);
    }));
  });

  it("start a page with values of the list's own types; no token is the first page", () => {
    expect(pageStart("", "number", "string")).toBeUndefined();
    const start: readonly [number, string] | undefined = pageStart(encodeToken([5, "alice"]), "number", "string");
    expect(start).toEqual([5, "alice"]);
    for (const values of [[5], ["alice", 5], [5, "alice", 1], []]) {
      expect(() => pageStart(encodeToken(values), "number", "string")).toThrow(refused);
    }
  });
});

describe("pages", () => {
  it("have the default size unless one is asked for, and never more than the maximum", () => {
    const sizes = { default: 50, max: 200 };
    expect([0, -1, Number.NaN, 7, 7.9, 200, 201].map((asked) => pageSizeOf(asked, sizes))).toEqual([
      50, 50, 50, 7, 7, 200, 200,
    ]);
  });

  it("skip a bounded number of rows", () => {
    expect([-5, 0, 30, 1e9].map(offsetOf)).toEqual([0, 0, 30, 1_000_000]);
  });

  it("know from one row more whether another follows", () => {
    expect(cutPage([1, 2, 3], 2)).toEqual({ page: [1, 2], more: true });
    expect(cutPage([1, 2], 2)).toEqual({ page: [1, 2], more: false });
  });
});
