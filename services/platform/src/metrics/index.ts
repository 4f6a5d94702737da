export {
  DURATION_BUCKETS_MS,
  type Counter, type Gauge, type GaugeOptions, type Histogram, type HistogramOptions, type Labels, type MetricOptions,
  type Metrics,
} from "./metrics.js";
export { createMetrics } from "./create-metrics.js";
