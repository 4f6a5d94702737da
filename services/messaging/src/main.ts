import { processEnvironment } from "@parlance/platform/config";
import { runMain } from "@parlance/platform/lifecycle";
import { createMessagingProcess } from "./process.js";

await runMain("messaging", ({ log }) => createMessagingProcess(processEnvironment(), log), { stopDeadlineMs: 30_000 });
