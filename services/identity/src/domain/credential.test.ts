import { createHash } from "node:crypto";
import { uid } from "@parlance/platform/ids";
import { expect, test } from "vitest";
import { TOKEN_BYTES, isKeyValue, isTokenValue, keyFrom, tokenFrom, tokenIdOf } from "./credential.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("a key is its random bytes in hex, its handle the beginning of its hash", () => {
  const key = keyFrom(new Uint8Array(20).fill(0xab));
  expect(key).toMatchObject({ value: "ab".repeat(20), hash: sha256("ab".repeat(20)), prefix: "ababab" });
  expect(key.keyId).toBe(sha256(key.value).slice(0, 40));
  expect(isKeyValue(key.value)).toBe(true);
});

test("a token's handle can be told from its value, not the other way round", () => {
  const token = tokenFrom(uid("a_b-c"), 1_767_225_600_999, new Uint8Array(TOKEN_BYTES).fill(7));
  expect(token.value).toBe(`a_b-c_1767225600${"07".repeat(32)}`);
  expect(token.tokenId).toBe(`a_b-c_1767225600${sha256(token.value).slice(0, 30)}`);
  expect(tokenIdOf(token.value)).toBe(token.tokenId);
  expect(tokenIdOf(token.tokenId)).toBeUndefined();
});

test.each(["", "alice", `alice_1767225600${"g".repeat(64)}`, `Alice_1767225600${"0".repeat(64)}`, `alice_1${"0".repeat(64)}`])(
  "%s is no token value", (value) => {
    expect(isTokenValue(value)).toBe(false);
  },
);
