import { expect, test } from "vitest";
import { folded, nameTerms } from "./search-terms.js";

test("case, compatibility forms and spaces do not count", () => {
  expect(folded("  Ａlice   SMITH ")).toBe("alice smith");
  expect(folded("  Über\u00a0 ＢＯＯＫ ")).toBe("über book");
});

test("a name is found from the start of each of its words", () => {
  expect(nameTerms("Jean-Luc van Damme")).toEqual(["jean-luc van damme", "luc van damme", "van damme", "damme"]);
  expect(nameTerms("The Book-Club")).toEqual(["the book-club", "book-club", "club"]);
});

test("words begin with letters or digits of any script", () => {
  expect(nameTerms("(Дмитрий) 李 2nd")).toEqual(["(дмитрий) 李 2nd", "дмитрий) 李 2nd", "李 2nd", "2nd"]);
});

test("accents belong to their words", () => {
  expect(nameTerms("Zoe\u0308 Adams")).toEqual(["zoë adams", "adams"]);
});

test("a name without words is found by itself", () => {
  expect(nameTerms("🙂")).toEqual(["🙂"]);
});
