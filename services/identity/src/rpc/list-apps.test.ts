import { ListAppsRequest } from "@parlance/proto/identity/v1/identity";
import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

beforeEach(async () => {
  for (const id of ["zebrachat", "acmechat", "acmeshop"]) {
    await bench().app(id);
    await bench().clock.advance(1);
  }
});

async function list(fields: Partial<ListAppsRequest>) {
  const { apps, nextPageToken } = await bench().call.listApps(ListAppsRequest.fromPartial(fields), as.admin());
  return { ids: apps.map((app) => app.appId), nextPageToken };
}

test("apps come by creation, page by page", async () => {
  const first = await list({ pageSize: 2 });
  expect(first.ids).toEqual(["zebrachat", "acmechat"]);
  const second = await list({ pageSize: 2, pageToken: first.nextPageToken });
  expect(second).toEqual({ ids: ["acmeshop"], nextPageToken: "" });
});

test("a search finds prefixes of id and name, whatever their case", async () => {
  expect((await list({ searchKey: "ACME" })).ids).toEqual(["acmechat", "acmeshop"]);
  expect((await list({ searchKey: "chat" })).ids).toEqual([]);
});

test("a token of something else is refused", async () => {
  await expect(list({ pageToken: "rubbish" })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});
