import { appId } from "@parlance/platform/ids";
import { expect, test } from "vitest";
import { appIdFrom, assertAppUsable, isAppId, type AppRecord } from "./app.js";

const app: AppRecord = {
  appId: appId("acmechat"), name: "Acme", region: "local", production: false, suspended: false, createdAtMs: 0,
  updatedAtMs: 0, settingsHash: "",
};

test("an id that is made is one", () => {
  const id = appIdFrom(Uint8Array.from({ length: 16 }, (_, at) => at * 16));
  expect(id).toHaveLength(16);
  expect(isAppId(id)).toBe(true);
});

test("the app may be named or not, but no other", () => {
  expect(() => assertAppUsable(app, "")).not.toThrow();
  expect(() => assertAppUsable(app, "acmechat")).not.toThrow();
  expect(() => assertAppUsable(app, "othrchat")).toThrow(expect.objectContaining({ name: "AUTH_ERR_INVALID_APPID" }));
});

test("a suspended app is refused, and only to those who hold its credential", () => {
  const suspended = { ...app, suspended: true };
  expect(() => assertAppUsable(suspended, "")).toThrow(expect.objectContaining({ name: "ERR_SUBSCRIPTION_EXPIRED" }));
  expect(() => assertAppUsable(suspended, "othrchat")).toThrow(
    expect.objectContaining({ name: "AUTH_ERR_INVALID_APPID" }),
  );
});
