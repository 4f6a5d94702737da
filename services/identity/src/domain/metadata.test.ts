import { expect, test } from "vitest";
import { publicMetadata } from "./metadata.js";

test("metadata without a private part is the text as given", () => {
  expect(publicMetadata("")).toBe("");
  expect(publicMetadata("{ \"a\" : 1.0 }")).toBe("{ \"a\" : 1.0 }");
});

test("the private part is left out, however it is written", () => {
  expect(publicMetadata("{\"a\":1,\"@private\":{\"b\":2}}")).toBe("{\"a\":1}");
  expect(publicMetadata("{\"\\u0040private\":1,\"a\":1}")).toBe("{\"a\":1}");
  expect(publicMetadata("{\"@private\":1}")).toBe("");
});

test("keys that mean something to JavaScript are only keys", () => {
  expect(publicMetadata("{\"__proto__\":{\"x\":1},\"@private\":1}")).toBe("{\"__proto__\":{\"x\":1}}");
  expect(({} as { x?: number }).x).toBeUndefined();
});
