import { expect, it } from "vitest";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

const leave = (who: string) => bench().call.leaveGroup({ guid: CLUB }, as.user(who));

it("ends a membership, and one may come back", async () => {
  await bench().group({}, CAST);
  const { action } = await leave("dave");
  expect(action?.body).toMatchObject({ value: { by: { id: "dave" }, membersCount: 3 } });
  expect(await refusalOf(leave("dave"))).toBe("ERR_GROUP_NOT_JOINED");
  expect(await refusalOf(bench().call.joinGroup({ guid: CLUB, password: "" }, as.user("dave")))).toBe("done");
});

it("is not for the owner until there is another", async () => {
  await bench().group({}, CAST);
  expect(await refusalOf(leave("alice"))).toBe("ERR_OWNER_EXIT_FORBIDDEN");
  await bench().call.transferOwnership({ guid: CLUB, uid: "dave" }, as.user("alice"));
  expect(await refusalOf(leave("alice"))).toBe("done");
});

it("needs a group and a membership", async () => {
  expect(await refusalOf(leave("erin"))).toBe("ERR_GUID_NOT_FOUND");
  await bench().group();
  expect(await refusalOf(leave("erin"))).toBe("ERR_GROUP_NOT_JOINED");
});
