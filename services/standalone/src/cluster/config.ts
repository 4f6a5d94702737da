import { declareSettings } from "@parlance/platform/config";
import { kafkaSettings } from "@parlance/platform/eventlog";
import { processSettings } from "@parlance/platform/lifecycle";
import { mongoSettings } from "@parlance/platform/mongo";

export const clusterCommandSettings = declareSettings({
  clusterData: {
    env: "PARLANCE_CLUSTER_DATA", type: "path", default: "./data/cluster",
    doc: "Folder of `npm run cluster`: logs of the pods and cluster.json, which says where everything is.",
  },
  clusterGatewayPort: {
    env: "PARLANCE_CLUSTER_GATEWAY_PORT", type: "int", default: 8080, min: 1, max: 65_534,
    doc: "Port of the first gateway of `npm run cluster`; the second has the next one.",
  },
});

/** Of the command that starts a cluster on one machine; the pods' own are made by it. */
export const clusterCommandDeclarations = [processSettings, clusterCommandSettings, kafkaSettings, mongoSettings] as const;
