import { DURATION_BUCKETS_MS, type Metrics } from "@parlance/platform/metrics";

export interface RestFigures {
  /** `operation` is the number of a row, or "none". */
  readonly answered: (operation: string, status: number, durationMs: number) => void;
}

export function createRestFigures(metrics: Metrics): RestFigures {
  const requests = metrics.counter({
    name: "parlance_rest_requests_total", help: "REST requests answered", labels: ["operation", "status"],
  });
  const durations = metrics.histogram({
    name: "parlance_rest_request_duration_ms", help: "Time from the head of a REST request to its answer",
    labels: ["operation"], buckets: DURATION_BUCKETS_MS,
  });
  return {
    answered: (operation, status, durationMs) => {
      requests.inc({ operation, status: String(status) });
      durations.observe(durationMs, { operation });
    },
  };
}
