import { processEnvironment } from "@parlance/platform/config";
import { runMain } from "@parlance/platform/lifecycle";
import { createPresenceProcess } from "./process.js";

await runMain("presence", ({ log }) => createPresenceProcess(processEnvironment(), log), { stopDeadlineMs: 30_000 });
