import type { Access, MethodContract } from "@parlance/proto/contract-types";
import { describe, expect, test } from "vitest";
import { appId, uid } from "../ids/index.js";
import { accessRefusal } from "./access.js";
import type { Caller } from "./context.js";

const callers: Readonly<Record<string, Caller>> = {
  internal: { kind: "internal", peer: "group" },
  user: { kind: "user", uid: uid("alice"), tokenId: "t" },
  fullAccess: { kind: "apiKey", scope: "fullAccess", keyId: "k" },
  onBehalfOf: { kind: "apiKey", scope: "fullAccess", keyId: "k", onBehalfOf: uid("alice") },
  authOnly: { kind: "apiKey", scope: "authOnly", keyId: "k" },
  authOnlyForAlice: { kind: "apiKey", scope: "authOnly", keyId: "k", onBehalfOf: uid("alice") },
  admin: { kind: "admin" },
  anonymous: { kind: "anonymous" },
};

function answer(access: readonly Access[], caller: string, more: Partial<MethodContract> = {}, app = "shop"): string {
  const contract = { access, needsActor: false, ...more } as MethodContract;
  const refusal = accessRefusal(contract, { app: appId(app), caller: callers[caller]!, requestId: "r" });
  return refusal?.name ?? "allowed";
}

function allowed(access: readonly Access[]): string[] {
  return Object.keys(callers).filter((caller) => answer(access, caller) === "allowed");
}

describe("each kind of access lets in", () => {
  test.each<[Access, string[]]>([
    ["INTERNAL", ["internal"]],
    ["USER", ["user", "onBehalfOf"]],
    ["API_KEY", ["fullAccess", "onBehalfOf"]],
    ["AUTH_KEY", ["authOnly", "authOnlyForAlice"]],
    ["ADMIN", ["admin"]],
    ["PUBLIC", Object.keys(callers)],
  ])("%s: %j", (access, expected) => {
    expect(allowed([access])).toEqual(expected);
  });

  test("nobody when an RPC names none", () => {
    expect(allowed([])).toEqual([]);
  });
});

describe("a refusal says why", () => {
  test("a caller without credentials is asked for some", () => {
    expect(answer(["USER"], "anonymous")).toBe("AUTH_ERR_EMPTY_APIKEY");
    expect(answer(["ADMIN"], "anonymous")).toBe("AUTH_ERR_EMPTY_AUTH_HEADER");
  });

  test("a key that may act for users is asked for one where one is needed", () => {
    expect(answer(["USER"], "fullAccess")).toBe("ERR_BAD_REQUEST");
    expect(answer(["USER", "API_KEY"], "fullAccess", { needsActor: true })).toBe("ERR_BAD_REQUEST");
    expect(answer(["USER", "API_KEY"], "onBehalfOf", { needsActor: true })).toBe("allowed");
  });

  test("everybody else has no access", () => {
    expect(answer(["USER"], "authOnlyForAlice")).toBe("AUTH_ERR_NO_ACCESS");
    expect(answer(["ADMIN"], "fullAccess")).toBe("AUTH_ERR_NO_ACCESS");
    expect(answer(["INTERNAL"], "admin")).toBe("AUTH_ERR_NO_ACCESS");
  });

  test("a credential of an app without an app lets nobody in", () => {
    expect(answer(["USER"], "user", {}, "")).toBe("AUTH_ERR_NO_ACCESS");
    expect(answer(["ADMIN"], "admin", {}, "")).toBe("allowed");
  });
});
