import {
  Counter as PromCounter, Gauge as PromGauge, Histogram as PromHistogram, Registry, collectDefaultMetrics,
} from "prom-client";
import type {
  Counter, Gauge, GaugeOptions, Histogram, HistogramOptions, MetricOptions, Metrics,
} from "./metrics.js";

function counterOn(registry: Registry, { name, help, labels = [] }: MetricOptions): Counter {
  const counter = new PromCounter({ name, help, labelNames: labels, registers: [registry] });
  return {
    inc: (values = {}, by = 1) => counter.inc(values, by),
    with: (values) => {
      const one = counter.labels(values);
      return { inc: (by = 1) => one.inc(by) };
    },
  };
}

function gaugeOn(registry: Registry, { name, help, labels = [] }: GaugeOptions, onScrape: () => void): Gauge {
  const gauge = new PromGauge({ name, help, labelNames: labels, registers: [registry], collect: onScrape });
  return {
    set: (value, values = {}) => gauge.set(values, value),
    add: (by, values = {}) => gauge.inc(values, by),
  };
}

function histogramOn(registry: Registry, options: HistogramOptions): Histogram {
  const { name, help, labels = [], buckets } = options;
  const histogram = new PromHistogram({
    name, help, labelNames: labels, buckets: [...buckets], registers: [registry],
  });
  return {
    observe: (value, values = {}) => histogram.observe(values, value),
    with: (values) => {
      const one = histogram.labels(values);
      return { observe: (value) => one.observe(value) };
    },
  };
}

/** Metrics by name, so that parts which share one need not know of each other. */
class Named<M> {
  readonly #byName = new Map<string, M>();

  get(name: string, make: () => M): M {
    let metric = this.#byName.get(name);
    if (metric === undefined) {
      metric = make();
      this.#byName.set(name, metric);
    }
    return metric;
  }
}

interface NamedGauge {
  readonly gauge: Gauge;
  readonly collects: Set<(gauge: Gauge) => void>;
}

function makeGauge(registry: Registry, options: GaugeOptions): NamedGauge {
  const collects: NamedGauge["collects"] = new Set();
  const gauge = gaugeOn(registry, options, () => {
    for (const collect of collects) collect(gauge);
  });
  return { gauge, collects };
}

/** A registry of its own, never the library's global one: two systems in one process do not meet. */
export function createMetrics(options: { readonly processFigures?: boolean } = {}): Metrics {
  const registry = new Registry();
  const counters = new Named<Counter>();
  const gauges = new Named<NamedGauge>();
  const histograms = new Named<Histogram>();
  // Memory, event-loop delay, garbage collection; only for a real process, since their observers cannot be stopped.
  if (options.processFigures === true) collectDefaultMetrics({ register: registry });
  return {
    counter: (counter) => counters.get(counter.name, () => counterOn(registry, counter)),
    gauge: (gauge) => {
      const named = gauges.get(gauge.name, () => makeGauge(registry, gauge));
      if (gauge.collect !== undefined) named.collects.add(gauge.collect);
      return named.gauge;
    },
    histogram: (histogram) => histograms.get(histogram.name, () => histogramOn(registry, histogram)),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
