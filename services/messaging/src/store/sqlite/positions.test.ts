import { afterEach, beforeEach, expect, test } from "vitest";
import { CAROL, OTHER, TEAM, aRow, joined, store } from "../../testing/store-bench.js";
import { openStores, type OpenedStores } from "../../testing/open-store.js";

let opened: OpenedStores;

beforeEach(async () => {
  opened = await openStores();
});
afterEach(() => opened.sqlite.stop());

test("committed rows have rising positions over all logs", async () => {
  const outcomes = await opened.logs.append([aRow(1), aRow(1, { conversation: OTHER }), aRow(2)]);
  expect(outcomes.map((outcome) => (outcome.kind === "committed" ? outcome.position : 0))).toEqual([1, 2, 3]);
});

test("positions of erased rows are not given again", async () => {
  const stores = { ...opened, close: () => Promise.resolve() };
  await store(stores, aRow(1));
  await store(stores, aRow(1, { conversation: TEAM, member: joined(CAROL, 1) }), aRow(2, { conversation: TEAM }));
  await opened.logs.erase(TEAM, "i1");
  await opened.logs.erase(TEAM, "i1");
  const [outcome] = await store(stores, aRow(2, { sender: CAROL }));
  expect(outcome).toMatchObject({ kind: "committed", position: 4 });
  expect((await (await opened.logs.publication()).unpublished(10)).map(({ position }) => position)).toEqual([1, 4]);
  await opened.logs.probe();
});
