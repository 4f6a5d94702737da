import { holdProcess } from "@parlance/platform/time";
import type { Answer } from "../system/job-process.js";
import type { Ports } from "./job.js";
import { serve } from "./server.js";

// Stays until it is killed.
holdProcess();
process.send?.({ ok: true, value: await serve() } satisfies Answer<Ports>);
