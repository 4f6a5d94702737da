import { describe, expect, it } from "vitest";
import { createMetrics } from "./index.js";

describe("metrics", () => {
  it("show counters, gauges and histograms with their labels", async () => {
    const metrics = createMetrics();
    const calls = metrics.counter({ name: "parlance_calls_total", help: "Calls", labels: ["method"] });
    calls.inc({ method: "a" });
    calls.with({ method: "a" }).inc(2);
    const sockets = metrics.gauge({ name: "parlance_sockets", help: "Sockets" });
    sockets.set(5);
    sockets.add(-1);
    const took = metrics.histogram({ name: "parlance_call_ms", help: "Time", labels: ["method"], buckets: [1, 10] });
    took.observe(5, { method: "a" });
    took.with({ method: "a" }).observe(50);
    const text = await metrics.text();
    expect(text).toContain('parlance_calls_total{method="a"} 3');
    expect(text).toContain("parlance_sockets 4");
    expect(text).toContain('parlance_call_ms_bucket{le="10",method="a"} 1');
    expect(text).toContain('parlance_call_ms_count{method="a"} 2');
    expect(metrics.contentType).toContain("text/plain");
  });

  it("give the same metric to all who ask for its name", async () => {
    const metrics = createMetrics();
    const options = { name: "parlance_shared_total", help: "Shared" };
    metrics.counter(options).inc();
    metrics.counter(options).inc();
    expect(await metrics.text()).toContain("parlance_shared_total 2");
  });

  it("ask all who set a gauge at the scrape, each time anew", async () => {
    const metrics = createMetrics();
    let depth = 1;
    for (const queue of ["lane", "relay"]) {
      metrics.gauge({ name: "parlance_depth", help: "Depth", labels: ["queue"], collect: (g) => g.set(depth, { queue }) });
    }
    await metrics.text();
    depth = 9;
    const text = await metrics.text();
    expect(text).toContain('parlance_depth{queue="lane"} 9');
    expect(text).toContain('parlance_depth{queue="relay"} 9');
  });

  it("of two systems in one process do not meet", async () => {
    const [one, two] = [createMetrics(), createMetrics()];
    one.counter({ name: "parlance_x_total", help: "x" }).inc();
    expect(await two.text()).not.toContain("parlance_x_total");
  });

  it("of a process include its memory and event loop", async () => {
    expect(await createMetrics({ processFigures: true }).text()).toContain("nodejs_eventloop_lag_p99_seconds");
  });
});
