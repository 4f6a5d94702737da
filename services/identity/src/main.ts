import { processEnvironment } from "@parlance/platform/config";
import { runMain } from "@parlance/platform/lifecycle";
import { createIdentityProcess } from "./process.js";

await runMain("identity", ({ log }) => createIdentityProcess(processEnvironment(), log), { stopDeadlineMs: 30_000 });
