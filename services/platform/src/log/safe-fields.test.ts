import { describe, expect, it } from "vitest";
import { safeFields } from "./safe-fields.js";

const CANARY = "c4n4ry";

describe("S37 safe fields", () => {
  it("hide message text, names, tokens, keys and passwords at any depth, but not the ids of secrets", () => {
    const names = [
      "text", "token", "authToken", "auth_token", "key", "apiKey", "apikey", "AdminKey", "password", "groupPassword",
      "secret", "clusterSecret", "authorization", "Authorization", "cookie", "name", "displayName", "body", "metadata",
      "data", "mongodbUri", "presignedUrl", "headers", "query", "tokens",
    ];
    for (const name of names) {
      const safe = safeFields({ [name]: CANARY, nested: { [name]: { deep: CANARY }, list: [{ [name]: CANARY }] } });
      expect(JSON.stringify(safe)).not.toContain(CANARY);
    }
    expect(safeFields({ tokenId: "t1", keyId: "k1", uid: "alice", seq: 7 })).toEqual({
      tokenId: "t1", keyId: "k1", uid: "alice", seq: 7,
    });
  });

  it("take the credentials out of connection strings, also in errors and their causes", () => {
    const error = new Error(`cannot reach mongodb://alice:${CANARY}@db:27017`, {
      cause: new Error(`mongodb://alice:${CANARY}@db`),
    });
    const text = JSON.stringify(safeFields({ error, address: `amqp://bob:${CANARY}@host/x` }));
    expect(text).not.toContain(CANARY);
    expect(text).toContain("db:27017");
  });

  it("show errors with type, message, code, stack and cause, and none of their other properties", () => {
    const error = Object.assign(new TypeError("bad"), { code: "ECONNRESET", request: { text: CANARY }, rows: [CANARY] });
    const { error: safe } = safeFields({ error }) as { error: Record<string, unknown> };
    expect(Object.keys(safe).sort()).toEqual(["code", "message", "stack", "type"]);
    expect(safe).toMatchObject({ type: "TypeError", message: "bad", code: "ECONNRESET" });
  });

  it("are bounded: long strings, long lists, deep objects, cycles, bytes", () => {
    const cycle: Record<string, unknown> = {};
    cycle["again"] = cycle;
    const safe = safeFields({
      long: "x".repeat(1e6), list: Array.from({ length: 1e5 }, () => 1), cycle, bytes: new Uint8Array(1e6),
    });
    expect(JSON.stringify(safe).length).toBeLessThan(2_000);
    expect(safe["bytes"]).toBe("[1000000 bytes]");
  });

  it("leave out what has no JSON form and keep what has", () => {
    expect(safeFields({ fn: () => 1, no: undefined, nil: null, big: 5n, nan: Number.NaN, ok: true })).toEqual({
      fn: undefined, no: undefined, nil: null, big: "5", nan: "NaN", ok: true,
    });
  });
});
