import type { Metrics } from "@parlance/platform/metrics";

/** What the gateway counts. */
export interface Figures {
  readonly framesIn: () => void;
  readonly framesOut: (count: number) => void;
  readonly closed: (code: number) => void;
  readonly signalDropped: (why: string) => void;
  readonly poison: () => void;
  readonly refused: (what: string) => void;
  readonly deliveries: (count: number) => void;
  /** A client came back; whether it had to sync, and why. */
  readonly resumes: (verdict: string) => void;
  readonly resyncs: () => void;
}

export function createFigures(metrics: Metrics, sockets: () => number, channels: () => number): Figures {
  const framesIn = metrics.counter({ name: "parlance_gateway_frames_in_total", help: "Frames read from sockets" }).with({});
  const framesOut = metrics.counter({ name: "parlance_gateway_frames_out_total", help: "Frames written to sockets" }).with({});
  const deliveries = metrics.counter({ name: "parlance_gateway_deliveries_total", help: "Event frames handed to sessions" }).with({});
  const poison = metrics.counter({ name: "parlance_gateway_poison_records_total", help: "Records that are no events" }).with({});
  const closed = metrics.counter({ name: "parlance_gateway_closes_total", help: "Sockets closed, by code", labels: ["code"] });
  const signals = metrics.counter({ name: "parlance_gateway_signals_dropped_total", help: "Typing and transient signals dropped", labels: ["why"] });
  const refused = metrics.counter({ name: "parlance_gateway_refusals_total", help: "Upgrades, frames and calls refused", labels: ["what"] });
  const resumes = metrics.counter({ name: "parlance_gateway_resumes_total", help: "Clients that came back, by why they need a sync or not", labels: ["verdict"] });
  const resyncs = metrics.counter({ name: "parlance_gateway_resyncs_total", help: "Sockets asked to sync" }).with({});
  metrics.gauge({ name: "parlance_gateway_sockets", help: "Open sockets", collect: (gauge) => gauge.set(sockets()) });
  metrics.gauge({ name: "parlance_gateway_channels", help: "Channels somebody listens to", collect: (gauge) => gauge.set(channels()) });
  return {
    framesIn: () => framesIn.inc(),
    framesOut: (count) => framesOut.inc(count),
    deliveries: (count) => deliveries.inc(count),
    poison: () => poison.inc(),
    closed: (code) => closed.inc({ code: String(code) }),
    signalDropped: (why) => signals.inc({ why }),
    refused: (what) => refused.inc({ what }),
    resumes: (verdict) => resumes.inc({ verdict }),
    resyncs: () => resyncs.inc(),
  };
}
