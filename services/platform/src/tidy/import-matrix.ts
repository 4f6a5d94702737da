// Who may import whom, as data. Whoever may use values may use types. "Data" of proto are types, enums and constructors
// (`Message.fromPartial`), but no bytes and no JSON: encoding belongs to the borders.

import type { Part } from "./part-of.js";

type PlatformFolders = "all" | readonly string[];

export interface Row {
  readonly proto: "yes" | "data" | "no";
  readonly platform: PlatformFolders;
  readonly platformTypes: PlatformFolders;
  /** Parts of the same package. */
  readonly own: readonly Part[];
  readonly ownTypes: readonly Part[];
  /** Packages of this repository beside proto and platform. */
  readonly packages: readonly string[];
  /** May name the gRPC service constants (`…/v1/x_service`). */
  readonly services: boolean;
}

const nothing: Row = { proto: "no", platform: [], platformTypes: [], own: [], ownTypes: [], packages: [], services: false };
const handler: Row = {
  ...nothing, proto: "yes", platform: ["errors", "paging", "ids"], platformTypes: "all",
  own: ["domain"], ownTypes: ["ports", "wiring", "clients", "log"],
};
const everything: Row = { ...nothing, proto: "yes", platform: "all", platformTypes: "all", services: true };

export const matrix: Readonly<Record<Part, Row>> = {
  proto: { ...nothing, own: ["proto"] },
  platform: { ...everything, own: ["platform"] },
  domain: { ...nothing, proto: "data", platform: ["ids", "errors"], own: ["domain"] },
  // Ports hand outbox entries to the event log within their transactions.
  ports: { ...nothing, proto: "data", platform: ["ids"], platformTypes: ["eventlog"], own: ["ports"], ownTypes: ["domain"] },
  adapters: {
    ...nothing, proto: "yes", platform: ["sqlite", "mongo", "errors", "paging", "ids", "eventlog"], platformTypes: "all",
    own: ["adapters", "ports", "domain"],
  },
  // The log is the service's engine: it may use what keeps time, order and bounds, but knows no RPC and no adapter.
  log: {
    ...nothing, proto: "yes", platform: ["errors", "ids", "limits", "time", "random", "lifecycle", "metrics", "eventlog", "paging"],
    platformTypes: "all", own: ["log", "domain"], ownTypes: ["ports", "wiring"],
  },
  // What several RPCs of a service do alike, with I/O: reading rights, marks, views as the API shows them.
  steps: { ...handler, platform: [...handler.platform as readonly string[], "rpc"], own: ["domain", "log", "steps"] },
  rpc: { ...handler, own: ["domain", "rpc", "steps"] },
  events: { ...handler, own: ["domain", "events", "steps"] },
  clients: { ...everything, ownTypes: ["wiring", "domain"] },
  wiring: { ...everything, own: ["domain", "log", "ports", "adapters", "rpc", "events", "steps", "clients", "wiring"] },
  gateway: { ...everything, own: ["gateway"] },
  standalone: {
    ...everything, own: ["standalone"],
    packages: ["identity", "group", "messaging", "presence", "notifier", "gateway", "sdk", "console"],
  },
  sdk: { ...nothing, proto: "yes", own: ["sdk"] },
  console: { ...nothing, own: ["console"], packages: ["sdk"] },
  bench: { ...everything, own: ["bench"], packages: ["sdk", "standalone"] },
};
