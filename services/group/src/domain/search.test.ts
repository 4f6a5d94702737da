import { expect, it } from "vitest";
import { folded, nameTerms } from "./search.js";

it("compares text without case, forms and spare spaces", () => {
  expect(folded("  Über\u00a0 ＢＯＯＫ ")).toBe("über book");
});

it("finds a name by the prefix of each of its words", () => {
  expect(nameTerms("The Book-Club")).toEqual(["the book-club", "book-club", "club"]);
});
