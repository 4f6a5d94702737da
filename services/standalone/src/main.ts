// The platform for one developer: everything in this process, everything in one folder.
import { processEnvironment } from "@parlance/platform/config";
import { runMain } from "@parlance/platform/lifecycle";
import { readStandaloneConfig } from "./config.js";
import { createStandalone } from "./standalone.js";

await runMain("standalone", ({ log }) => createStandalone(readStandaloneConfig(processEnvironment()), log));
