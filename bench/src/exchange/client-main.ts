import { systemClock } from "@parlance/platform/time";
import { answerOneJob } from "../system/job-process.js";
import { runExchange } from "./client.js";
import type { ExchangeJob } from "./job.js";

answerOneJob<ExchangeJob>((job) => runExchange(job, systemClock()));
