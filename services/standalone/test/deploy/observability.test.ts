import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createMetrics } from "@parlance/platform/metrics";
import { readText, root } from "./declared.js";

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string }[];
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly look: string };
}

const panels = (JSON.parse(readText("deploy/observability/dashboard.json")) as { readonly panels: readonly Panel[] }).panels;
const rules = (parse(readText("deploy/observability/alerts.yaml")) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] })
  .groups.flatMap((group) => group.rules);
const expressions = [...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)), ...rules.map(({ expr }) => expr)];

/** Names given to metrics in the sources, with the labels that stand beside them. */
function namesInSource(): ReadonlySet<string> {
  const sources = ["services/identity/src", "services/group/src", "services/messaging/src", "services/presence/src", "services/platform/src", "gateway/src"];
  const files = sources.flatMap((folder) => readdirSync(root + folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|\/(testing|tidy)\//.test(file));
  return new Set(files.flatMap((file) => [...readText(file).matchAll(/"(parlance_[a-z_]+)"/g)].map(([, name = ""]) => name)));
}

const metricsIn = (expression: string) => [...expression.matchAll(/\b(?:parlance|process|nodejs)_[a-z0-9_]+/g)].map(([name]) => name);

describe("dashboard and alerts", () => {
  it("ask only for metrics that a process shows", async () => {
    const own = namesInSource();
    const ofNode = await createMetrics({ processFigures: true }).text();
    const isThere = (name: string) => [name, name.replace(/_(bucket|count|sum)$/, "")].some((one) => own.has(one) || ofNode.includes(`# TYPE ${one} `));
    const asked = expressions.flatMap(metricsIn);
    expect(new Set(asked).size).toBeGreaterThan(25);
    expect(asked.filter((name) => !isThere(name))).toEqual([]);
  });

  it("leave out no metric of ours that somebody should see", () => {
    const asked = new Set(expressions.flatMap(metricsIn).map((name) => name.replace(/_(bucket|count|sum)$/, "")));
    // Their neighbours say the same in seconds, items or rates.
    const covered = new Set([
      "parlance_queue_bytes", "parlance_queue_oldest_age_ms", "parlance_eventlog_lag_records", "parlance_eventlog_partition_lag_records",
      "parlance_eventlog_follower_lag_records", "parlance_eventlog_append_refusals", "parlance_eventlog_consumers_built",
      "parlance_rpc_calls_under_way", "parlance_presence_signals_dropped_total",
    ]);
    expect([...namesInSource()].filter((name) => !asked.has(name) && !covered.has(name))).toEqual([]);
  });

  it("have names once, and say what users notice and where to look", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { labels, annotations } of rules) {
      expect(["critical", "warning"]).toContain(labels.severity);
      expect(annotations.summary.length * annotations.look.length).toBeGreaterThan(0);
    }
  });
});
