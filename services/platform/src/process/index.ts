export { createAuthenticate, verifyOver, type Verify } from "./authenticate.js";
export { baseDeclarations, openEventLog, openStore, readProcessConfig, surroundings, type BaseConfig, type Surroundings } from "./base.js";
export { Management, type Check, type ManagementOptions } from "./management.js";
export { openPeers, type Peers, type ServiceName } from "./peers.js";
export { serviceLifecycle, type ServiceProcessOptions } from "./service-process.js";
export {
  clusterSettings, listenSettings, managementSettings, podSettings,
  type ClusterSettings, type ListenSettings, type ManagementSettings, type PodSettings,
} from "./settings.js";
export { clusterTransport, type ClusterTransport } from "./transport.js";
