/** Low-cardinality values only: methods, codes, queue names; never ids. */
export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  inc(labels?: Labels, by?: number): void;
  /** The counter of one set of labels, for hot paths. */
  with(labels: Labels): { inc(by?: number): void };
}

export interface Gauge {
  set(value: number, labels?: Labels): void;
  add(by: number, labels?: Labels): void;
}

export interface Histogram {
  observe(value: number, labels?: Labels): void;
  with(labels: Labels): { observe(value: number): void };
}

export interface MetricOptions {
  /** `parlance_<area>_<what>_<unit>`, counters with `_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export interface GaugeOptions extends MetricOptions {
  /** Called before each scrape, to set values that are cheap to look up and dear to follow. */
  readonly collect?: (gauge: Gauge) => void;
}

export interface HistogramOptions extends MetricOptions {
  /** Upper bounds, ascending, in the unit the name says. */
  readonly buckets: readonly number[];
}

/** The figures of one process or one test. Asking twice for a name gives the same metric. */
export interface Metrics {
  counter(options: MetricOptions): Counter;
  gauge(options: GaugeOptions): Gauge;
  histogram(options: HistogramOptions): Histogram;
  /** Everything in the Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Bounds for durations in milliseconds, from a local call to a deadline. */
export const DURATION_BUCKETS_MS: readonly number[] = [
  0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
];
