import { processEnvironment } from "@parlance/platform/config";
import { runMain } from "@parlance/platform/lifecycle";
import { createGatewayProcess } from "./process.js";

// Longer than the drain of its sockets; within what Kubernetes waits for (reliability.md CP3).
await runMain("gateway", ({ log }) => createGatewayProcess(processEnvironment(), log), { stopDeadlineMs: 100_000 });
