import { processEnvironment } from "@parlance/platform/config";
import { runMain } from "@parlance/platform/lifecycle";
import { createGroupProcess } from "./process.js";

await runMain("group", ({ log }) => createGroupProcess(processEnvironment(), log), { stopDeadlineMs: 30_000 });
