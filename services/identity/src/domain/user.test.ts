import { uid } from "@parlance/platform/ids";
import { expect, test } from "vitest";
import { DEFAULT_ROLE, SYSTEM_USER, changedUser, deactivatedUser, isActive, isReservedUid, newUser } from "./user.js";

const alice = newUser(uid("alice"), {
  name: "Alice", avatar: "a", link: "l", role: DEFAULT_ROLE, metadataJson: "{\"@private\":1}", tags: ["x"], statusMessage: "s",
}, 1_000);

test("a change keeps what it does not name", () => {
  expect(changedUser(alice, { name: "Alice B" }, 2_000)).toEqual({
    ...alice, name: "Alice B", updatedAtMs: 2_000, version: 2,
  });
});

test("new metadata has a new public part", () => {
  expect(changedUser(alice, { metadataJson: "{\"a\":1,\"@private\":2}" }, 2_000).publicMetadataJson).toBe("{\"a\":1}");
});

test("a change to the same is none", () => {
  expect(changedUser(alice, { name: "Alice", tags: ["x"], avatar: undefined }, 2_000)).toBe(alice);
  expect(changedUser(alice, {}, 2_000)).toBe(alice);
});

test("the order of tags counts", () => {
  const two = changedUser(alice, { tags: ["x", "y"] }, 2_000);
  expect(changedUser(two, { tags: ["y", "x"] }, 3_000).version).toBe(3);
});

test("a deactivated user is offline", () => {
  const gone = deactivatedUser({ ...alice, online: true }, 2_000);
  expect(gone).toMatchObject({ online: false, deactivatedAtMs: 2_000, version: 2 });
  expect(isActive(gone)).toBe(false);
});

test("ids of the platform are reserved, the system user's too", () => {
  expect(isReservedUid(SYSTEM_USER.uid)).toBe(true);
  expect(isReservedUid("application")).toBe(false);
});
