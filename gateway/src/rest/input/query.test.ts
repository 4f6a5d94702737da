import { describe, expect, it } from "vitest";
import { PAGE } from "../paging/page.js";
import { Problems, bool, list, readFields, text } from "../schema/index.js";
import { parseQuery, queryValues } from "./query.js";
import { readInput } from "./read-input.js";

const fields = { tags: list(text({ max: 20 }), { max: 100 }), name: text({ max: 20 }), on: bool(), ...PAGE };

function read(query: string) {
  const problems = new Problems();
  const values = readFields(fields, queryValues(parseQuery(query), fields), { source: "query", problems });
  problems.throwIfAny();
  return values;
}

describe("a query", () => {
  it("writes a list in three ways; an encoded comma belongs to the value where the name is repeated", () => {
    const lists = ["tags=a,b,c", "tags=a&tags=b&tags=c", "tags[]=a&tags%5B%5D=b&tags[]=c", "tags=a%2Cb%2Cc", "tags=a,b&tags=c"];
    expect(lists.map((query) => read(query).tags)).toEqual(lists.map(() => ["a", "b", "c"]));
    expect(read("tags=a%2Cb&tags=c").tags).toEqual(["a,b", "c"]);
    expect(read("tags=").tags).toEqual([]);
    expect(() => read(`tags=${Array.from({ length: 101 }, () => "a").join(",")}`)).toThrow("The request is not valid.");
  });

  it("spells booleans and numbers, and refuses other spellings", () => {
    expect(["true", "1", "false", "0"].map((word) => read(`on=${word}`).on)).toEqual([true, true, false, false]);
    expect(read("page=2&perPage=50")).toMatchObject({ page: 2, perPage: 50 });
    const numbers = ["page=0", "page=1.5", "page=", "page=1e3", "page=1&page=2", "perPage=1001"];
    for (const bad of [...numbers, "on=yes", "name=%31%GG", "name=%C3%28", "name=%00"]) expect(() => read(bad)).toThrow();
  });

  it("reads what a browser's form would write", () => {
    expect(read("name=a+b%20c%2B").name).toBe("a b c+");
  });

  it("says when a page is too large with the limit", () => {
    expect(() => read("perPage=5000")).toThrow(
      expect.objectContaining({ name: "ERROR_LIMIT_EXCEEDED", params: { limit: 1_000 } }) as Error,
    );
  });
});

describe("a parameter that is known and not built", () => {
  const row = {
    method: "GET", params: {}, query: { on: bool() }, body: {}, strict: false, later: ["createdAt", "sentAt[]", "friendsOnly"],
  } as const;
  const ask = (query: string) => readInput(row, { params: {}, query, body: new Uint8Array(0) });

  it("is refused, since passing a filter over gives wrong answers", () => {
    for (const query of ["createdAt[from]=1", "sentAt[to]=1", "friendsOnly=true"]) {
      expect(() => ask(query)).toThrow(expect.objectContaining({ name: "ERR_NOT_IMPLEMENTED" }) as Error);
    }
  });

  it("is passed over where it asks for nothing", () => {
    expect(ask("friendsOnly=false&sentAt=5").ignored).toEqual(["friendsOnly", "sentAt"]);
  });
});
