export type { Clock, Timer } from "./clock.js";
export { holdProcess, systemClock } from "./system-clock.js";
export { ManualClock } from "./manual-clock.js";
export { TIMED_OUT, within } from "./race.js";
