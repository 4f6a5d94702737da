import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMetrics } from "../metrics/index.js";
import { Management, type Check } from "./management.js";

describe("the management port", () => {
  let store: Check = () => true;
  let management: Management;

  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${management.port}${path}`);
    return { status: response.status, text: await response.text() };
  };

  beforeEach(async () => {
    store = () => true;
    const metrics = createMetrics();
    metrics.gauge({ name: "parlance_tested", help: "A figure.", collect: (gauge) => gauge.set(7) });
    management = new Management({ listen: { host: "127.0.0.1", port: 0 }, metrics, checks: { store: () => store() } });
    await management.start();
  });

  afterEach(() => management.stop());

  test("says that the process lives before it is ready, and whatever it needs (CP6)", async () => {
    store = () => false;
    expect(await get("/live")).toMatchObject({ status: 200 });
  });

  test("is not ready before everything has started and after the stop has begun", async () => {
    const opened = management.opened();
    expect(await get("/ready")).toMatchObject({ status: 503, text: expect.stringContaining(`"process":"fail"`) });
    await opened.start();
    expect(await get("/ready")).toMatchObject({ status: 200 });
    await opened.stop();
    expect(await get("/ready")).toMatchObject({ status: 503 });
  });

  test("names what is missing, also when a check throws", async () => {
    await management.opened().start();
    store = () => Promise.reject(new Error("connection refused to a host nobody should read of"));
    const { status, text } = await get("/ready");
    expect(status).toBe(503);
    expect(JSON.parse(text)).toEqual({ status: "fail", checks: { process: "ok", store: "fail" } });
  });

  test("answers the figures, and knows no other path", async () => {
    expect((await get("/metrics")).text).toContain("parlance_tested 7");
    expect(await get("/v3/users")).toMatchObject({ status: 404 });
  });
});
