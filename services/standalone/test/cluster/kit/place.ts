import type { Cluster } from "./cluster.js";
import type { OwnServers } from "./own-servers.js";

/** Where the suites of one file run: they share a cluster, one after another. */
export interface Place {
  readonly servers: OwnServers;
  readonly cluster: Cluster;
  readonly seed: number;
}

/** Registers the tests of one fault. */
export type Suite = (place: () => Place) => void;
