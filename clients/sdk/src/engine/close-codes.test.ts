import { expect, it } from "vitest";
import { dropsCursors, endsSession, exceptionOf, familyOf, retryAfterOf } from "./close-codes.js";

it("sorts close codes into families, whatever nobody listed into resume", () => {
  for (const code of [1001, 1005, 1006, 1011, 1012, 3000, 4000, 4004, 4099, 4300, 4999]) expect([code, familyOf(code)]).toEqual([code, "resume"]);
  for (const code of [4100, 4101, 4102, 4103, 4104, 4199]) expect([code, familyOf(code)]).toEqual([code, "fresh"]);
  for (const code of [1000, 1002, 1003, 1007, 1008, 1009, 4200, 4209, 4299]) expect([code, familyOf(code)]).toEqual([code, "stop"]);
});

it("knows which codes void the cursors and which end the session", () => {
  const codes = [4000, 4100, 4101, 4102, 4103, 4200, 4201, 4202, 4203, 4204, 4205, 4206];
  expect(codes.filter(dropsCursors)).toEqual([4100, 4102]);
  expect(codes.filter(endsSession)).toEqual([4200, 4201, 4202, 4203]);
});

it("tells the app why, and whether it will be tried again", () => {
  expect(exceptionOf(4200, "").code).toBe("WS_AUTH_FAIL");
  expect(exceptionOf(4201, "")).toMatchObject({ code: "AUTH_ERR_AUTH_TOKEN_EXPIRED", params: { closeCode: "4201" } });
  expect(exceptionOf(4205, "a newer socket")).toMatchObject({ code: "WS_CONNECTION_FAIL", retryable: false, message: "a newer socket" });
  expect(exceptionOf(1006, "")).toMatchObject({ code: "WS_CONNECTION_FAIL", retryable: true });
});

it("reads a wait out of a close reason", () => {
  expect(["draining; retryAfterMs=1500", '{"retryAfterMs": 20}', "bye"].map(retryAfterOf)).toEqual([1_500, 20, 0]);
});
