import { processEnvironment } from "@parlance/platform/config";
import { runMain } from "@parlance/platform/lifecycle";
import { createCluster } from "./command.js";

await runMain("cluster", ({ log }) => createCluster(processEnvironment(), log), { stopDeadlineMs: 60_000 });
