// The load generator's process: gets one job, answers what it measured, ends.

import { systemRandom } from "@parlance/platform/random";
import { systemClock } from "@parlance/platform/time";
import { answerOneJob } from "../system/job-process.js";
import { run, type Job } from "./job.js";

answerOneJob<Job>((job) => run(job, systemClock(), systemRandom()));
