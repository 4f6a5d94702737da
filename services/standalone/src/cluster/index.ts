export type { DefaultApp } from "../bootstrap.js";
export { Pod, type PodKind } from "./pod.js";
export { ClusterProcesses, createClusterProcesses, type ClusterOptions } from "./processes.js";
